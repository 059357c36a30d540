/** An e-mail address is one person in any letter case; every other name is kept as it is. */
export const foldAddress = (name: string): string => (name.includes("@") ? name.toLowerCase() : name);
