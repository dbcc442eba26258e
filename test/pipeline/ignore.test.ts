import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../rules/config.js';
import { type Analysis, type AnalyzeOptions, analyze, ignoreEdit } from '../../rules/core/analyze.js';
import { applyEdits } from '../../rules/core/edit.js';
import type { Target } from '../../rules/core/rule.js';
import { projectOfTexts } from '../../workspace/project-of-texts.js';

/** Comments in files that are neither Dockerfiles nor YAML. */

function judged(kind: Target, path: string, text: string): Analysis {
  const options: AnalyzeOptions = { config: DEFAULT_CONFIG, project: projectOfTexts(path, { [path]: text }) };
  return analyze({ kind, text }, options);
}

function ignored(kind: Target, path: string, text: string): string | undefined {
  const analysis = judged(kind, path, text);
  const [finding] = analysis.findings;
  if (!finding) throw new Error('there is no finding');
  const edit = ignoreEdit(analysis, finding, 'it is needed');
  if (!edit) return undefined;
  const after = applyEdits(text, [edit]);
  const silent = judged(kind, path, after);
  expect(silent.findings).toEqual([]);
  expect(silent.notices).toEqual([]);
  return after;
}

describe('a comment that silences', () => {
  it('is one of Groovy in a Jenkinsfile', () => {
    const text = "node {\n  stage('Login') {\n    sh 'docker login -u ci -p $TOKEN registry.example.com'\n  }\n}\n";
    expect(ignored('ci', 'Jenkinsfile', text)).toBe(
      text.replace('    sh', '    // seaworthy: ignore[registry-password-argument] it is needed\n    sh'),
    );
  });

  it('stands above the line of a TOML file', () => {
    const text = '[registry."registry.example.com"]\n  http = true\n';
    expect(ignored('engine', 'buildkitd.toml', text)).toBe(
      text.replace('  http', '  # seaworthy: ignore[insecure-registry] it is needed\n  http'),
    );
  });

  it('does not exist in JSON', () => {
    expect(ignored('engine', 'daemon.json', '{ "insecure-registries": ["registry.example.com"] }')).toBeUndefined();
  });

  it('works in the second document of a Drone pipeline', () => {
    const step = 'steps:\n  - name: image\n    commands:\n      - docker login -u a -p $TOKEN registry.example.com\n';
    const text = `kind: pipeline\nsteps: []\n---\nkind: pipeline\n${step}`;
    expect(ignored('ci', '.drone.yml', text)).toBe(
      text.replace(
        '      - docker',
        '      # seaworthy: ignore[registry-password-argument] it is needed\n      - docker',
      ),
    );
  });
});
