/** Data Exports and Cost Explorer answer in one region of a partition only (AWS General Reference, endpoints). */
export const billingRegion = (home: string): string => (home.startsWith("cn-") ? "cn-northwest-1" : "us-east-1");
