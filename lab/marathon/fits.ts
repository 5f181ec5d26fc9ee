import { isJson, type Json } from './json.ts';
import type { RamlType } from './ramlType.ts';

export interface Problem {
  /** As `/healthChecks(0)/port`. */
  readonly path: string;
  /** In the words of Marathon's own reader. */
  readonly error: string;
  /** The kind of value is wrong, or only what it says. */
  readonly of: 'type' | 'rule';
}

export interface Verdict {
  readonly problems: readonly Problem[];
  /** Fields that the type does not know. RAML lets them pass, and so does Marathon. */
  readonly unheard: readonly string[];
}

interface Options {
  readonly path?: string;
  /** Nothing at the top is required: an update. */
  readonly partial?: boolean;
}

const FINE: Verdict = { problems: [], unheard: [] };

/** Does this value fit that type? */
export function fits(value: unknown, type: RamlType, { path = '', partial = false }: Options = {}): Verdict {
  const wrong = (error: string, of: Problem['of'] = 'type'): Verdict => ({ problems: [{ path: path || '/', error, of }], unheard: [] });
  switch (type.kind) {
    case 'any':
      return FINE;
    case 'nil':
      return value === null ? FINE : wrong('error.expected.jsnull');
    case 'boolean':
      return typeof value === 'boolean' ? FINE : wrong('error.expected.jsboolean');
    case 'datetime':
      return typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) && !Number.isNaN(Date.parse(value)) ? FINE : wrong('error.expected.date.isoformat');
    case 'number': {
      if (typeof value !== 'number') return wrong('error.expected.jsnumber');
      if (type.whole && !Number.isInteger(value)) return wrong('error.expected.int');
      if (type.minimum !== undefined && value < type.minimum) return wrong(`error.min ${type.minimum}`, 'rule');
      return type.maximum !== undefined && value > type.maximum ? wrong(`error.max ${type.maximum}`, 'rule') : FINE;
    }
    case 'string': {
      if (typeof value !== 'string') return wrong('error.expected.jsstring');
      if (type.enum && !type.enum.includes(value)) return wrong(`error.unknown.enum.literal ${type.enum.join(', ')}`);
      if (type.pattern && !type.pattern.test(value)) return wrong(`error.pattern ${type.pattern.source}`, 'rule');
      if (type.minLength !== undefined && value.length < type.minLength) return wrong(`error.minLength ${type.minLength}`, 'rule');
      return type.maxLength !== undefined && value.length > type.maxLength ? wrong(`error.maxLength ${type.maxLength}`, 'rule') : FINE;
    }
    case 'array': {
      if (!Array.isArray(value)) return wrong('error.expected.jsarray');
      if (type.minItems !== undefined && value.length < type.minItems) return wrong(`error.minLength ${type.minItems}`, 'rule');
      if (type.maxItems !== undefined && value.length > type.maxItems) return wrong(`error.maxLength ${type.maxItems}`, 'rule');
      if (type.unique && new Set(value.map((each) => JSON.stringify(each))).size < value.length) return wrong('Elements must be unique', 'rule');
      return together(value.map((each, index) => fits(each, type.items(), { path: `${path}(${index})` })));
    }
    case 'object':
      return isJson(value) ? fitsObject(value, type, path, partial) : wrong('error.expected.jsobject');
    case 'union': {
      const verdicts = type.of().map((each) => fits(value, each, { path, partial }));
      // The one that knows most of what is said.
      const [best] = verdicts.filter(({ problems }) => problems.length === 0).toSorted((a, b) => a.unheard.length - b.unheard.length);
      return best ?? verdicts.toSorted((a, b) => a.problems.length - b.problems.length)[0] ?? FINE;
    }
  }
}

function fitsObject(value: Json, { properties, patterns }: Extract<RamlType, { kind: 'object' }>, path: string, partial: boolean): Verdict {
  const missing = [...properties].flatMap(([key, { required }]): Problem[] =>
    required && !partial && (value[key] === undefined || value[key] === null) ? [{ path: `${path}/${key}`, error: 'error.path.missing', of: 'type' }] : [],
  );
  const parts = Object.entries(value).map(([key, each]): Verdict => {
    const property = properties.get(key);
    const at = `${path}/${key}`;
    // Marathon takes null for what is not said.
    if (property) return each === null || each === undefined ? FINE : fits(each, property.type(), { path: at });
    const pattern = patterns.find(({ name }) => name.test(key));
    return pattern ? fits(each, pattern.type(), { path: at }) : { problems: [], unheard: [at] };
  });
  return together([{ problems: missing, unheard: [] }, ...parts]);
}

function together(verdicts: readonly Verdict[]): Verdict {
  return { problems: verdicts.flatMap(({ problems }) => problems), unheard: verdicts.flatMap(({ unheard }) => unheard) };
}
