import { testDriver } from '../conformance/index.ts';
import { localHarness } from './localHarness.ts';

testDriver('local', () => localHarness());
