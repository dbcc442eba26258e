import type { Question } from './harness.js';

/** The finding of a project that the rewrite cures, and how its program is asked. */
export interface Case {
  readonly rule: 'single-stage-build' | 'build-tools-in-image';
  readonly answer: Question;
}

const OUTPUT: Question = { kind: 'output' };

/** The programs under `projects/` for the multi-stage rewrite. */
export const CASES: Readonly<Record<string, Case>> = {
  'c-hello': { rule: 'single-stage-build', answer: OUTPUT },
  'c-install': { rule: 'build-tools-in-image', answer: OUTPUT },
  'c-make-zlib': { rule: 'build-tools-in-image', answer: OUTPUT },
  'cxx-cmake': { rule: 'build-tools-in-image', answer: OUTPUT },
  'go-hello': { rule: 'single-stage-build', answer: OUTPUT },
  'go-templates': { rule: 'single-stage-build', answer: { kind: 'page', port: 8080, path: '/' } },
  'go-volume': { rule: 'single-stage-build', answer: OUTPUT },
  'java-classes': { rule: 'single-stage-build', answer: OUTPUT },
  'java-jar': { rule: 'single-stage-build', answer: OUTPUT },
  'java-server': { rule: 'single-stage-build', answer: { kind: 'page', port: 8080, path: '/' } },
  'node-frontend': { rule: 'single-stage-build', answer: { kind: 'page', port: 5000, path: '/some/page' } },
  'node-tools': { rule: 'single-stage-build', answer: OUTPUT },
  'node-typescript': { rule: 'single-stage-build', answer: { kind: 'page', port: 3000, path: '/' } },
  'php-composer': { rule: 'build-tools-in-image', answer: OUTPUT },
  'php-owner': { rule: 'build-tools-in-image', answer: OUTPUT },
  'php-server': { rule: 'build-tools-in-image', answer: { kind: 'page', port: 8080, path: '/' } },
  'python-extension': { rule: 'build-tools-in-image', answer: OUTPUT },
  'python-server': { rule: 'build-tools-in-image', answer: { kind: 'page', port: 8000, path: '/' } },
  'python-venv': { rule: 'build-tools-in-image', answer: OUTPUT },
  'ruby-bundle': { rule: 'build-tools-in-image', answer: OUTPUT },
  'ruby-extension': { rule: 'build-tools-in-image', answer: OUTPUT },
  'ruby-server': { rule: 'build-tools-in-image', answer: { kind: 'page', port: 8080, path: '/' } },
  'rust-hello': { rule: 'single-stage-build', answer: OUTPUT },
  'rust-install': { rule: 'single-stage-build', answer: OUTPUT },
  'rust-server': { rule: 'single-stage-build', answer: { kind: 'page', port: 8080, path: '/' } },
};
