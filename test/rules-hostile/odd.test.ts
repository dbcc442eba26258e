import { testRules } from './hostile.js';

testRules(1);
