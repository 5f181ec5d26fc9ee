/** Fields that the newer SDKs may send and the older descriptions lack, each with where it comes from. */
export const newerFields: Readonly<Record<string, Readonly<Record<string, string>>>> = {};
