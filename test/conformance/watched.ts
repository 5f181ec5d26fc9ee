import type { Driver } from '../../providers/driver.ts';

/** The same driver, and how often its site would have been called. What it declares may be read freely. */
export function watched(driver: Driver): { driver: Driver; calls(): number } {
  let calls = 0;
  const watch = <T extends object>(target: T, free: readonly string[]): T =>
    new Proxy(target, {
      get(_, key) {
        const value: unknown = Reflect.get(target, key);
        if (free.includes(String(key))) return value;
        if (typeof value === 'function') {
          return (...args: unknown[]): unknown => {
            calls++;
            return Reflect.apply(value, target, args);
          };
        }
        return typeof value === 'object' && value !== null ? watch(value, []) : value;
      },
    });
  return { driver: watch(driver, ['name', 'capabilities', 'classify']), calls: () => calls };
}
