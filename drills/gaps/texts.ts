import type { Workload } from '../schema/workload.ts';

export interface Text {
  readonly ref: string;
  readonly text: string;
}

/** Every text of a workload that ends up in its environment, boot or probes, with where it stands. */
export function textsOf({ workload, components, probes, canary }: Workload): Text[] {
  const file = `workload ${workload}`;
  return [
    ...Object.entries(components).flatMap(([name, component]) => [
      ...Object.entries(component.env).map(([variable, text]) => ({ ref: `${file}: components.${name}.env.${variable}`, text })),
      ...component.boot.map((text, index) => ({ ref: `${file}: components.${name}.boot[${index}]`, text })),
      ...Object.entries(component.secrets).map(([variable, text]) => ({ ref: `${file}: components.${name}.secrets.${variable}`, text })),
    ]),
    ...probes.flatMap((probe) => ('run' in probe ? [probe.run].flat().map((text) => ({ ref: `${file}: probes.${probe.name}.run`, text })) : [])),
    ...(canary ? [{ ref: `${file}: canary`, text: `${canary.append} ${canary.list}` }] : []),
  ];
}

/** The match alone, never the text around it: that may hold what nobody should read in a report. */
export function matches(texts: readonly Text[], pattern: RegExp): { readonly ref: string; readonly found: string }[] {
  return texts.flatMap(({ ref, text }) => [...text.matchAll(pattern)].map((match) => ({ ref, found: match[0] })));
}
