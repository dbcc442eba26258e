/**
 * Why we differ from another linter's case.
 * `plan`: RULES.md decides otherwise. `mistaken`: the case claims what its own file does not show.
 * `division`: the peer reports this place too, by another of its rules; the case only says which of them speaks.
 */
export interface Exception {
  readonly kind: 'plan' | 'mistaken' | 'division';
  readonly reason: string;
}

/** compose-lint tells capabilities in three rules and host folders in three; we have one rule for each. */
const CAPABILITIES: Exception = {
  kind: 'division',
  reason: 'Reported by CL-0011, CL-0027, CL-0028 or CL-0029 instead.',
};
const FOLDERS: Exception = { kind: 'division', reason: 'Reported by CL-0001, CL-0013 or CL-0025 instead.' };

/** All cases that we do not agree with, by id; the test fails when this list is too long or too short. */
export const EXCEPTIONS: Readonly<Record<string, Exception>> = {
  'checkov-001': {
    kind: 'plan',
    reason:
      'ADD of an address is another question (a checksum), and the right instruction for it: RULES.md leaves it alone.',
  },
  'compose-lint-184': CAPABILITIES,
  'compose-lint-185': CAPABILITIES,
  'compose-lint-186': CAPABILITIES,
  'compose-lint-187': CAPABILITIES,
  'compose-lint-188': CAPABILITIES,
  'compose-lint-189': CAPABILITIES,
  'compose-lint-190': CAPABILITIES,
  'compose-lint-191': CAPABILITIES,
  'compose-lint-200': FOLDERS,
  'compose-lint-201': FOLDERS,
  'compose-lint-202': FOLDERS,
  'compose-lint-203': FOLDERS,
  'compose-lint-204': FOLDERS,
  'compose-lint-205': FOLDERS,
  'compose-lint-211': FOLDERS,
  'compose-lint-222': FOLDERS,
  'compose-lint-230': FOLDERS,
  'compose-lint-272': {
    kind: 'plan',
    reason: '/dev/mem is the memory of the host, and only a capability away: RULES.md names it.',
  },
  'compose-lint-472': FOLDERS,
  'compose-lint-473': FOLDERS,
  'compose-lint-494': FOLDERS,
  'compose-lint-495': FOLDERS,
  'compose-lint-508': FOLDERS,
  'compose-lint-554': CAPABILITIES,
  'compose-lint-555': CAPABILITIES,
  'compose-lint-556': CAPABILITIES,
  'compose-lint-557': CAPABILITIES,
  'compose-lint-558': CAPABILITIES,
  'compose-lint-559': CAPABILITIES,
  'compose-lint-560': CAPABILITIES,
  'compose-lint-561': CAPABILITIES,
  'compose-lint-562': CAPABILITIES,
  'compose-lint-573': CAPABILITIES,
  'compose-lint-574': CAPABILITIES,
  'compose-lint-575': CAPABILITIES,
  'compose-lint-576': CAPABILITIES,
  'datadog-005': { kind: 'mistaken', reason: 'The cache is cleaned in a later layer, so it stays in the image.' },
  'dclint-002': {
    kind: 'plan',
    reason: 'An explicit 0.0.0.0 publishes on all interfaces as well; compose-lint wants it reported, dclint does not.',
  },
  'kics-037': { kind: 'plan', reason: 'An image from scratch has no USER either and runs its CMD as root.' },
  'kics-047': {
    kind: 'plan',
    reason: 'An address of git without a commit is as free as a name without a version: RULES.md asks for a commit.',
  },
  'kics-078': {
    kind: 'mistaken',
    reason: 'The && is missing: `yum clean all` are names of packages there, and nothing is cleaned.',
  },
  'kics-080': { kind: 'mistaken', reason: '`yum clean all yum -y install` installs nothing, so no cache is made.' },
  'kics-104': { kind: 'plan', reason: 'Sharing the process namespace of another container is reported as info.' },
  'kics-105': { kind: 'plan', reason: 'Sharing the process namespace of another service is reported as info.' },
  'kics-118': { kind: 'plan', reason: 'Sharing the IPC namespace of another service is reported as info.' },
  'kics-129': { kind: 'mistaken', reason: 'The only volume is anonymous; no folder of the host is mounted.' },
  'kics-130': { kind: 'mistaken', reason: 'The folder belongs to a top-level volume that no service mounts.' },
  'kics-131': { kind: 'mistaken', reason: 'The file has no service.' },
  'checkov-015': { kind: 'plan', reason: 'No later RUN installs from the index that is fetched alone.' },
  'checkov-016': { kind: 'plan', reason: 'No later RUN installs from the index that is fetched alone.' },
  'kics-018': {
    kind: 'plan',
    reason: 'The archive is unpacked without a check; kics only asks for curl in place of ADD.',
  },
  'kics-019': {
    kind: 'plan',
    reason: 'The archive is unpacked without a check; kics only asks for curl in place of ADD.',
  },
  'kics-138': {
    kind: 'plan',
    reason:
      'rslave works in one direction only: what the container mounts does not reach the host. RULES.md names shared and rshared.',
  },
  'kics-139': { kind: 'plan', reason: 'slave, as rslave in kics-138.' },
  'kics-088': {
    kind: 'division',
    reason: 'All is dropped; that all is added again is reported, by dangerous-capability.',
  },
};
