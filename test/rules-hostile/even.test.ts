import { testRules, testTheMeasure } from './hostile.js';

testTheMeasure();
testRules(0);
