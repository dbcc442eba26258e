export type {
  Analysis,
  AnalyzeOptions,
  Notice,
  RelatedPlace,
  ReportedFinding,
  ReportedFix,
  Source,
} from './analysis.js';
export { type FixAllOptions, type FixAllResult, fixAll } from './fix-all.js';
export { analyze, SIZE_LIMIT } from './judge.js';
export { ignoreEdit } from './suppress/ignore.js';
export { verifiedFixes } from './verify.js';
export { verifyTogether } from './verify-together.js';
