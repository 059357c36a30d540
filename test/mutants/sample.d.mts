export function sampleOf<T>(all: readonly T[], nameOf: (each: T) => string, size: number, seed: number): T[];
