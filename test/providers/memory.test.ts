import { testDriver } from '../conformance/index.ts';
import { memoryHarness } from '../conformance/memoryHarness.ts';

testDriver('memory', () => memoryHarness());
testDriver('memory, owning only', () => memoryHarness({ capabilities: { power: [], restoresOnStart: false, traffic: 'none' } }));
testDriver('memory, power only', () => memoryHarness({ capabilities: { kinds: [], power: ['running', 'stopped'], restoresOnStart: false, traffic: 'none' } }));
testDriver('memory, traffic only', () => memoryHarness({ capabilities: { kinds: [], power: [], restoresOnStart: false, traffic: { cuts: false } } }));
