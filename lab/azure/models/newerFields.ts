/** Fields that the newer SDKs may send and the older descriptions lack, each with where it comes from. */
export const newerFields: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  // What a machine brings with it may carry tags: @azure/arm-compute 24 and later.
  VirtualMachineNetworkInterfaceConfiguration: { tags: '2025-04-01' },
  VirtualMachinePublicIPAddressConfiguration: { tags: '2025-04-01' },
};
