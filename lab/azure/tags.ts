import { ArmError } from './armError.ts';

/** https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources#limitations */
export function checkTags(tags: Readonly<Record<string, string>> | undefined): void {
  const names = Object.keys(tags ?? {});
  if (names.length > 50) throw new ArmError(400, 'TooManyTags', `The resource has '${names.length}' tags. At most '50' are allowed.`);
  const seen = new Set<string>();
  for (const [name, value] of Object.entries(tags ?? {})) {
    if (name === '' || name.length > 512)
      throw new ArmError(400, 'InvalidTagNameLength', `The tag name '${name.slice(0, 40)}' is too long or empty. At most 512 characters are allowed.`);
    if (/[<>%&\\?/]/.test(name))
      throw new ArmError(400, 'InvalidTagNameCharacters', `The tag name '${name}' has reserved characters '<,>,%,&,\\,?,/' or control characters.`);
    if (/^(microsoft|azure|windows)/i.test(name))
      throw new ArmError(400, 'ReservedTagName', `The tag name '${name}' begins with a reserved prefix 'microsoft', 'azure' or 'windows'.`);
    if (value.length > 256) throw new ArmError(400, 'InvalidTagValueLength', `The value of the tag '${name}' is too long. At most 256 characters are allowed.`);
    if (seen.has(name.toLowerCase())) throw new ArmError(400, 'DuplicateTagName', `The tag name '${name}' is there twice; names are the same in any case.`);
    seen.add(name.toLowerCase());
  }
}

/** Names are the same in any case. */
export function tagOf(tags: Readonly<Record<string, string>> | undefined, name: string): string | undefined {
  return Object.entries(tags ?? {}).find(([each]) => each.toLowerCase() === name.toLowerCase())?.[1];
}
