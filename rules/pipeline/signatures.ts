import type { ShellCommand } from '../shell/model.js';
import type { PipelineStep } from './model.js';

/** Actions, orbs and tasks that sign an image or attest where it comes from. */
const ACTIONS =
  /^(?:actions\/attest|slsa-framework\/slsa-github-generator|notaryproject\/notation-action\/sign|iterative\/.*cosign|sigstore\/gh-action-sigstore)/i;

export function signsByAction({ uses }: PipelineStep): boolean {
  return ACTIONS.test(uses?.value ?? '');
}

/** `cosign sign`, `cosign attest`, `notation sign`, `docker trust sign` and the like. */
export function signsByCommand({ name, words }: ShellCommand): boolean {
  const [first = '', second = ''] = words
    .slice(1)
    .map((it) => it.value)
    .filter((it) => !it.startsWith('-'));
  if (name === 'cosign') return first === 'sign' || first === 'attest';
  if (name === 'notation') return first === 'sign';
  if (name === 'docker') return first === 'trust' && second === 'sign';
  if (name === 'gh') return first === 'attestation' && second !== 'verify';
  return name === 'witness' || name === 'slsa-generator';
}
