import type { ComposeDocument } from '../../compose/model.js';
import { securityOptions } from '../../compose/queries.js';
import { placeIn } from '../../compose/service.js';
import { folderOf, joined } from '../../compose/sets.js';
import { placeIn as placeInFile } from '../../core/elsewhere.js';
import type { Finding } from '../../core/finding.js';
import type { Project } from '../../core/project.js';
import { defineRule } from '../../core/rule.js';
import type { Range } from '../../core/text.js';
import { shownFrom } from '../../project/build-links.js';
import { profileFault } from '../../project/seccomp-profile.js';

export default defineRule({
  id: 'permissive-profile',
  severity: 'warning',
  summary: "A seccomp profile must filter at least what Docker's own does.",
  why: `
    A profile that is named in \`security_opt\` replaces Docker's default one. When it allows everything that it does not name, or hands out
    \`mount\`, \`unshare\`, \`bpf\`, \`keyctl\` and the like without a condition, the container has more of the kernel open to it
    than without any profile of its own, and that is where breakouts start. It looks hardened all the same.

    The profile is read and judged: its default action, and the calls it allows to all. Calls that are tied to a capability, as in
    Docker's default profile, are fine. A profile that is missing or is not valid JSON keeps the service from starting, and the
    quick way out of that is often \`seccomp:unconfined\`.

    Start from Docker's default profile and add the calls that the program needs.
  `,
  references: [
    'https://docs.docker.com/engine/security/seccomp/',
    'https://github.com/moby/profiles/blob/main/seccomp/default.json',
    'https://docs.docker.com/reference/compose-file/services/#security_opt',
  ],
  standards: { cis: ['5.22'], nist: ['4.4.3'], owasp: ['RULE #6'], cwe: ['CWE-693', 'CWE-732'] },
  equivalents: {},
  messages: {
    missing:
      'There is no {file}, so "{service}" does not start. Add the profile, or remove the option to get the default one.',
    invalid: '{file} is not valid JSON, so "{service}" does not start. Correct it, or remove the option.',
    open: 'All system calls that {file} does not name are open to "{service}" ({action}). Make SCMP_ACT_ERRNO the default.',
    generous:
      '{file} allows {calls} to "{service}" without a condition, as breakouts need it. Tie that to a capability.',
  },
  labels: {
    open: 'What is not named is allowed',
    allowed: '{call} is allowed here without a condition',
  },

  check: {
    compose(document, { project }) {
      if (project.path === undefined) return [];
      return document.services.flatMap((service) =>
        securityOptions(service).flatMap(({ name, value, item }) => {
          const written = name === 'seccomp' && item.text.known ? value : undefined;
          const file = fileOf(document, project, written, item.range);
          return file === undefined ? [] : judge(project, file, service.name.value, placeIn(service, item));
        }),
      );
    },
  },

  examples: [
    {
      title: 'A profile that allows what it does not name',
      in: 'compose',
      path: 'compose.yaml',
      around: {
        'profiles/web.json': `
          {
            "defaultAction": "SCMP_ACT_ALLOW",
            "syscalls": [{ "names": ["reboot"], "action": "SCMP_ACT_ERRNO" }]
          }
        `,
      },
      bad: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            security_opt:
              - no-new-privileges:true
              - «seccomp:./profiles/web.json»
      `,
      expect: ['open'],
      fixed: null,
    },
    {
      title: 'Calls that breakouts are made with',
      in: 'compose',
      path: 'deploy/compose.yaml',
      around: {
        'deploy/build.json': `
          {
            "defaultAction": "SCMP_ACT_ERRNO",
            "syscalls": [
              { "names": ["read", "write", "mount", "unshare"], "action": "SCMP_ACT_ALLOW" },
              { "names": ["bpf"], "action": "SCMP_ACT_ALLOW", "includes": { "caps": ["CAP_BPF"] } }
            ]
          }
        `,
      },
      bad: `
        services:
          builder:
            image: registry.example.com/shop/builder:3.2.1
            security_opt: [«seccomp=build.json»]
      `,
      expect: ['generous'],
      fixed: null,
    },
    {
      title: 'No such file, and one that is not JSON',
      in: 'compose',
      path: 'compose.yaml',
      around: { 'broken.json': '{ "defaultAction": "SCMP_ACT_ERRNO", }' },
      bad: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            security_opt: [«"seccomp:profile.json"»]
          worker:
            image: registry.example.com/shop/worker:3.2.1
            security_opt: [«"seccomp:broken.json"»]
      `,
      expect: ['missing', 'invalid'],
      fixed: null,
    },
    {
      title: 'A profile as strict as the default one',
      in: 'compose',
      path: 'compose.yaml',
      around: {
        'web.json': `
          {
            "defaultAction": "SCMP_ACT_ERRNO",
            "syscalls": [
              { "names": ["read", "write", "exit_group"], "action": "SCMP_ACT_ALLOW" },
              { "names": ["ptrace"], "action": "SCMP_ACT_ALLOW", "includes": { "minKernel": "4.8" } },
              { "names": ["mount"], "action": "SCMP_ACT_ALLOW", "includes": { "caps": ["CAP_SYS_ADMIN"] } },
              { "names": ["unshare"], "action": "SCMP_ACT_ERRNO" }
            ]
          }
        `,
      },
      good: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            security_opt: ["seccomp:web.json"]
      `,
    },
    {
      title: 'A path of the host, or one that only the environment knows',
      in: 'compose',
      path: 'compose.yaml',
      good: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            security_opt: ["seccomp:/etc/docker/web.json"]
          worker:
            image: registry.example.com/shop/worker:3.2.1
            security_opt: ["seccomp:\${PROFILE}", "apparmor:docker-default"]
      `,
    },
  ],
});

const MAX_PLACES = 5;

type Message = 'missing' | 'invalid' | 'open' | 'generous';

function judge(
  project: Project,
  file: string,
  service: string,
  range: Range,
): readonly Finding<Message, never, 'open' | 'allowed'>[] {
  const data = { file: shownFrom(project.path ?? '', file), service };
  if (isMissing(project, file)) return [{ message: 'missing', data, range }];
  const fault = profileFault(project, file);
  if (!fault) return [];
  if (fault.is === 'invalid') return [{ message: 'invalid', data, range }];
  if (fault.is === 'open') {
    const related = [{ range: placeInFile(project, file, fault.range), label: 'open' as const }];
    return [{ message: 'open', data: { ...data, action: fault.action }, range, related }];
  }
  const names = [...new Set(fault.calls.map((it) => it.name))];
  const calls = [...names.slice(0, 3), ...(names.length > 3 ? ['…'] : [])].join(', ');
  const related = fault.calls.slice(0, MAX_PLACES).map((it) => ({
    range: placeInFile(project, file, it.range),
    label: 'allowed' as const,
    data: { call: it.name },
  }));
  return [{ message: 'generous', data: { ...data, calls }, range, related }];
}

/** The profile as a path of the project; undefined for words that are none, and for what lies elsewhere. */
function fileOf(
  document: ComposeDocument,
  project: Project,
  value: string | undefined,
  place: Range,
): string | undefined {
  const written = value?.trim();
  if (written === undefined || written === '' || /^(?:unconfined|builtin|default|runtime\/default)$/.test(written))
    return undefined;
  const folder = document.folderAt ? document.folderAt(place) : folderOf(project.path ?? '');
  return folder === undefined ? undefined : joined(folder, written);
}

function isMissing(project: Project, file: string): boolean {
  const name = file.slice(file.lastIndexOf('/') + 1);
  return project.list(folderOf(file))?.some((it) => it.name === name) !== true;
}
