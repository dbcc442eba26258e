import { addEntries } from '../../compose/edit.js';
import { type Limit, missingLimits } from '../../compose/hardening.js';
import type { ComposeDocument, ComposeEntry, ComposeService } from '../../compose/model.js';
import { asMap, at, isTrue, textOf } from '../../compose/queries.js';
import { isWhole, placeIn, removeKey } from '../../compose/service.js';
import type { Edit } from '../../core/edit.js';
import type { Finding } from '../../core/finding.js';
import { defineRule } from '../../core/rule.js';

export default defineRule({
  id: 'unlimited-resources',
  severity: 'warning',
  summary: 'A service must not be able to take all memory, processor time or processes of the host.',
  why: `
    Without limits one container can bring down all others on the host, by an attack as well as by a mistake: a request that takes much
    memory, a fork bomb, a miner that an intruder starts. With limits only this one is stopped, and the event shows that something is wrong.

    That a limit or the protection of the host is switched off in so many words (\`-1\`, \`oom_kill_disable\`, \`oom_score_adj: -1000\`) is reported
    in every profile, that limits are missing only in \`strict\`.
  `,
  fixSafety: `
    A service that needs more than its limit is killed or slowed down. The values that are added are a guess: look at \`docker stats\` under load first.
  `,
  references: [
    'https://docs.docker.com/engine/containers/resource_constraints/',
    'https://docs.docker.com/reference/compose-file/deploy/#resources',
  ],
  standards: { cis: ['5.11', '5.12', '5.29'], nist: ['4.4.3'], owasp: ['RULE #7'], cwe: ['CWE-770'] },
  equivalents: {},
  messages: {
    unlimited: '{setting} lets service "{service}" use as much as the host has. Set a limit.',
    unkillable: '{setting} keeps service "{service}" alive while the host runs out of memory. Remove it.',
    missing: 'Service "{service}" can take all of the host: {limits} not set. Set them.',
  },
  titles: { remove: 'Remove {setting}', add: 'Add limits: {limits}' },

  check: {
    compose(document, { config }) {
      const everywhere = config.profile === 'strict' || Object.hasOwn(config.rules, 'unlimited-resources');
      return document.services.flatMap((service): readonly InService[] => {
        const off = switchedOff(document, service);
        if (off.length > 0 || !everywhere || !isWhole(service)) return off;
        const limits = missingLimits(service);
        if (limits.length === 0) return [];
        const names = limits.map((it) => it.keys[0]).join(', ');
        const edit = addition(document, service, limits);
        return [
          {
            message: 'missing',
            data: { service: service.name.value, limits: names },
            range: service.name.range,
            fixes: edit ? [{ title: 'add', data: { limits: names }, applicability: 'unsafe', edits: [edit] }] : [],
          },
        ];
      });
    },
  },

  examples: [
    {
      title: 'Limits switched off',
      in: 'compose',
      config: { profile: 'recommended' },
      bad: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            «pids_limit: -1»
            «memswap_limit: -1»
          worker:
            image: registry.example.com/shop/worker:3.2.1
            «oom_kill_disable: true»
            «oom_score_adj: -1000»
      `,
      expect: ['unlimited', 'unlimited', 'unkillable', 'unkillable'],
      severity: 'warning',
      fixed: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
          worker:
            image: registry.example.com/shop/worker:3.2.1
      `,
    },
    {
      title: 'A shared anchor',
      in: 'compose',
      config: { profile: 'recommended' },
      bad: `
        x-base: &base
          oom_kill_disable: true
        services:
          «web»:
            <<: *base
            image: registry.example.com/shop/web:3.2.1
      `,
      expect: ['unkillable'],
      fixed: `
        x-base: &base
          oom_kill_disable: true
        services:
          web:
            <<: *base
            image: registry.example.com/shop/web:3.2.1
            oom_kill_disable: false
      `,
    },
    {
      title: 'No limits, or none that holds, in the profile strict',
      in: 'compose',
      config: { profile: 'strict' },
      bad: `
        services:
          «web»:
            image: registry.example.com/shop/web:3.2.1
          «api»:
            image: registry.example.com/shop/api:3.2.1
            mem_limit: 512m
            pids_limit: 100
            cpus: \${CPUS:-0}
          «worker»:
            image: registry.example.com/shop/worker:3.2.1
            deploy:
              resources:
                limits:
                  memory: 256m
      `,
      expect: ['missing', 'missing', 'missing'],
      fixed: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            mem_limit: 512m
            cpus: "1.0"
            pids_limit: "256"
          api:
            image: registry.example.com/shop/api:3.2.1
            mem_limit: 512m
            pids_limit: 100
            cpus: \${CPUS:-0}
          worker:
            image: registry.example.com/shop/worker:3.2.1
            deploy:
              resources:
                limits:
                  memory: 256m
                  cpus: "1.0"
                  pids: "256"
      `,
    },
    {
      title: 'No limits, in the profile recommended',
      in: 'compose',
      config: { profile: 'recommended' },
      good: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            oom_score_adj: 500
            oom_kill_disable: false
      `,
    },
    {
      title: 'All limits, in both spellings',
      in: 'compose',
      config: { profile: 'strict' },
      good: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            mem_limit: 512m
            cpus: 0.5
            pids_limit: 100
          worker:
            image: registry.example.com/shop/worker:3.2.1
            deploy:
              resources:
                limits: { memory: 256m, cpus: "0.5", pids: 100 }
      `,
    },
    {
      title: 'Limits of memory and processor time, which also end a fork bomb',
      in: 'compose',
      config: { profile: 'strict' },
      good: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            mem_limit: \${MEMORY:-512m}
            cpu_quota: 50000
      `,
    },
  ],
});

type InService = Finding<'unlimited' | 'unkillable' | 'missing', 'remove' | 'add', never>;

function switchedOff(document: ComposeDocument, service: ComposeService): readonly InService[] {
  const found = (key: string, message: 'unlimited' | 'unkillable', isOff: (entry: ComposeEntry) => boolean) => {
    const entry = service.get(key);
    if (!entry || !isOff(entry)) return [];
    const setting = `${key}: ${textOf(entry)?.value ?? ''}`;
    const edit = removeKey(document, service, entry);
    const fixes = edit
      ? [{ title: 'remove' as const, data: { setting }, applicability: 'unsafe' as const, edits: [edit] }]
      : [];
    return [{ message, data: { service: service.name.value, setting }, range: placeIn(service, entry), fixes }];
  };
  const isText = (text: string) => (entry: ComposeEntry) => textOf(entry)?.value === text;
  return [
    ...found('pids_limit', 'unlimited', isText('-1')),
    ...found('memswap_limit', 'unlimited', isText('-1')),
    ...found('oom_kill_disable', 'unkillable', (it) => isTrue(it.value)),
    ...found('oom_score_adj', 'unkillable', isText('-1000')),
  ];
}

function addition(document: ComposeDocument, service: ComposeService, limits: readonly Limit[]): Edit | undefined {
  const below = asMap(at(service.node, 'deploy', 'resources', 'limits')?.value);
  const entries = limits.map(({ keys, deploy, value }) => [below ? deploy : keys[0], value] as const);
  return addEntries(document, below ?? service.node, Object.fromEntries(entries));
}
