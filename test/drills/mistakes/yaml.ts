import type { Mistake } from './mistake.ts';

export const YAML: readonly Mistake[] = [
  ['a tab in the indentation', 'drill', 'vantages: [dublin]', '\tvantages: [dublin]', 'drills/orders.yaml:15:1: a tab stands in the indentation; use spaces'],
  ['a bracket that is not closed', 'drill', 'vantages: [dublin]', 'vantages: [dublin', 'drills/orders.yaml:16:1: a "]" is missing before here'],
  ['a quote that is not closed', 'drill', 'vantages: [dublin]', 'vantages: "dublin', 'drills/orders.yaml:16:1: a closing " is missing before here'],
  [
    'a second colon in a line',
    'drill',
    'zone: Europe/Dublin, ',
    'zone: a: b, ',
    'drills/orders.yaml:7:62: inside [ ] or { } a text that holds ": " needs quotes, and a list or mapping brackets of its own',
  ],
  [
    'a character that no text starts with',
    'drill',
    'from: onprem',
    'from: @onprem',
    'drills/orders.yaml:3:7: a text cannot start with this character; put it in quotes',
  ],
  [
    'a wrong indentation',
    'drill',
    'from: onprem',
    ' from: onprem',
    'drills/orders.yaml:2:11: a second ": " stands in this line, or the next line is indented wrongly; put a text that holds ": " in quotes',
  ],
  [
    'a line without a colon',
    'drill',
    'from: onprem',
    'from onprem',
    'drills/orders.yaml:3:1: a key must stand in one line, with a ":" after it; is one missing?',
  ],
  ['an alias of nothing', 'drill', 'vantages: [dublin]', 'vantages: *all', 'drills/orders.yaml:15:11: "*all" stands for nothing: there is no &all before it'],
  [
    'an alias inside what it stands for',
    'drill',
    'vantages: [dublin]',
    'vantages: &all [*all]',
    'drills/orders.yaml:15:17: "*all" stands inside what it stands for',
  ],
  [
    'a merge key',
    'drill',
    'vantages: [dublin]',
    '<<: { vantages: [dublin] }',
    'drills/orders.yaml:15:1: merge keys (<<) are not read in YAML 1.2; write the keys out',
  ],
  ['a key that is a list', 'drill', 'vantages: [dublin]', '? [a]\n: b', 'drills/orders.yaml:15:3: a key must be a plain text, such as "name:"'],
  ['a tag', 'drill', 'vantages: [dublin]', 'vantages: !all [dublin]', 'drills/orders.yaml:15:11: a tag (!name) means nothing here; leave it out'],
  [
    'a control character',
    'drill',
    'from: onprem',
    'from: on\u0000prem',
    'drills/orders.yaml:3:9: the character "\\u0000" cannot stand in YAML; write a text file in UTF-8',
  ],
];
