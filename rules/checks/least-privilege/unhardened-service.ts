import {
  addSettings,
  fewestCapabilities,
  isWritable,
  keepsCapabilities,
  maySilentlyGainPrivileges,
  missingLimits,
  NO_NEW_PRIVILEGES,
  readOnlyRootfs,
  type Settings,
} from '../../compose/hardening.js';
import type { ComposeDocument, ComposeService } from '../../compose/model.js';
import { isTrue } from '../../compose/queries.js';
import { isWhole } from '../../compose/service.js';
import type { Config } from '../../config.js';
import { defineRule } from '../../core/rule.js';
import type { HardeningNeeds } from '../../images/hardening.js';
import { needsOf } from '../../project/service-needs.js';

export default defineRule({
  id: 'unhardened-service',
  severity: 'info',
  summary: 'A service must give up the rights that its program does not use.',
  why: `
    A container starts with more than most programs use: fourteen capabilities, a root file system that can be rewritten, setuid
    programs that make root of anybody, and no limit to the memory and the processes it takes. Whoever breaks into the
    program gets all of it. Each of these settings closes one way on, and none costs anything while all is well.

    This is one hint for a service that leaves at least two of them open. In the profile \`strict\` the single rules speak instead: writable-rootfs,
    undropped-capabilities, new-privileges-allowed and unlimited-resources. One that is switched off is not asked for here either.
  `,
  fixSafety: `
    \`read_only\` breaks programs that write beside their volumes: it is added for images whose folders are known only, with a \`tmpfs\` for
    each, whose content is gone after a restart. \`cap_drop\` breaks programs that start as root and change the user, unless \`cap_add\`
    gives them back what they use: it does for images, and for commands, whose needs are known. Where they are not, start the
    service, read its log, and add SETUID and SETGID (\`setuid: Operation not permitted\`), CHOWN (\`chown: …\`) or DAC_OVERRIDE (\`Permission
    denied\`). \`no-new-privileges\` breaks sudo and other setuid programs. The limits are a guess: look at \`docker stats\`
    under load first.
  `,
  references: [
    'https://cheatsheetseries.owasp.org/cheatsheets/Docker_Security_Cheat_Sheet.html',
    'https://docs.docker.com/engine/security/',
    'https://docs.docker.com/reference/compose-file/services/',
  ],
  standards: {
    cis: ['5.4', '5.11', '5.13', '5.26'],
    nist: ['4.4.3'],
    owasp: ['RULE #3', 'RULE #4', 'RULE #7', 'RULE #8'],
    cwe: ['CWE-250'],
  },
  equivalents: {},
  messages: {
    open: 'Service "{service}" keeps rights that an intruder could use: {settings} not set. Set them.',
  },
  titles: {
    harden: 'Harden it: {settings}',
    hardenUnknown: 'Harden it: {settings} (try it: a program that changes its user needs SETUID and SETGID in cap_add)',
  },

  check: {
    compose(document, { config, project }) {
      return document.services.flatMap((service) => {
        if (!isWhole(service) || isTrue(service.get('privileged')?.value)) return [];
        const gaps = GAPS.filter((it) => isAsked(it, config) && it.isOpen(service));
        if (gaps.length < 2) return [];
        const needs = needsOf(document, service, project);
        const wanted = Object.assign({}, ...gaps.map((it) => it.entries(document, service, needs)));
        const hardened = addSettings(document, service, wanted);
        return [
          {
            message: 'open',
            data: { service: service.name.value, settings: gaps.map((it) => it.setting).join(', ') },
            range: service.name.range,
            fixes: hardened
              ? [
                  {
                    title: needs || !hardened.keys.includes('cap_drop') ? 'harden' : 'hardenUnknown',
                    data: { settings: hardened.keys.join(', ') },
                    applicability: 'unsafe',
                    rewrite: 'harden',
                    edits: hardened.edits,
                  },
                ]
              : [],
          },
        ];
      });
    },
  },

  examples: [
    {
      title: 'A database whose needs are known',
      in: 'compose',
      config: { profile: 'recommended' },
      bad: `
        services:
          «db»:
            image: postgres:17.6
            volumes:
              - data:/var/lib/postgresql/data  # backed up at night
        volumes:
          data:
      `,
      expect: ['open'],
      severity: 'info',
      fixed: `
        services:
          db:
            image: postgres:17.6
            volumes:
              - data:/var/lib/postgresql/data  # backed up at night
            read_only: true
            tmpfs:
              - /tmp
              - /run/postgresql
            cap_drop:
              - ALL
            cap_add:
              - CHOWN
              - DAC_OVERRIDE
              - SETGID
              - SETUID
              - FOWNER
            security_opt:
              - no-new-privileges:true
            mem_limit: 512m
            cpus: "1.0"
            pids_limit: "256"
        volumes:
          data:
      `,
    },
    {
      title: 'A program that nobody else knows, with some of it set',
      in: 'compose',
      config: { profile: 'recommended' },
      bad: `
        services:
          «web»:
            image: registry.example.com/shop/web:3.2.1
            security_opt:
              - label:type:shop_t
            mem_limit: 256m
            cpus: 0.5
      `,
      expect: ['open'],
      fixed: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            security_opt:
              - label:type:shop_t
              - no-new-privileges:true
            mem_limit: 256m
            cpus: 0.5
            cap_drop:
              - ALL
      `,
    },
    {
      title: 'An image that is not known, with a server that is',
      in: 'compose',
      config: { profile: 'recommended' },
      bad: `
        services:
          «web»:
            image: registry.example.com/shop/web:3.2.1
            command: ["docker-php-entrypoint", "apache2-foreground"]
            mem_limit: 256m
            cpus: 0.5
            cap_add:
              - SETGID
          «jobs»:
            image: registry.example.com/shop/jobs:3.2.1
            command: sh -c "cron && exec gosu app jobs"
            user: "10001"
            mem_limit: 256m
            cpus: 0.5
      `,
      expect: ['open', 'open'],
      fixed: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            command: ["docker-php-entrypoint", "apache2-foreground"]
            mem_limit: 256m
            cpus: 0.5
            cap_add:
              - SETGID
              - NET_BIND_SERVICE
              - SETUID
            cap_drop:
              - ALL
            security_opt:
              - no-new-privileges:true
          jobs:
            image: registry.example.com/shop/jobs:3.2.1
            command: sh -c "cron && exec gosu app jobs"
            user: "10001"
            mem_limit: 256m
            cpus: 0.5
            cap_drop:
              - ALL
            security_opt:
              - no-new-privileges:true
      `,
    },
    {
      title: 'What the volumes hold needs no tmpfs',
      in: 'compose',
      config: { profile: 'recommended' },
      bad: `
        services:
          «proxy»:
            image: nginx:1.29.1
            volumes: ["cache:/var/cache/nginx"]
            deploy: { resources: { limits: { memory: 64m, cpus: "0.5" } } }
        volumes: { cache: {} }
      `,
      expect: ['open'],
      fixed: `
        services:
          proxy:
            image: nginx:1.29.1
            volumes: ["cache:/var/cache/nginx"]
            deploy: { resources: { limits: { memory: 64m, cpus: "0.5" } } }
            read_only: true
            tmpfs:
              - /run
            cap_drop:
              - ALL
            cap_add:
              - CHOWN
              - NET_BIND_SERVICE
              - SETGID
              - SETUID
            security_opt:
              - no-new-privileges:true
        volumes: { cache: {} }
      `,
    },
    {
      title: 'Hardened, or all but one of it',
      in: 'compose',
      config: { profile: 'recommended' },
      good: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            read_only: true
            cap_drop: [ALL]
            security_opt: ["no-new-privileges:true"]
          worker:
            image: registry.example.com/shop/worker:3.2.1
            cap_drop: [ALL]
            security_opt: ["no-new-privileges:true"]
            mem_limit: 256m
            cpus: 0.5
      `,
    },
    {
      title: 'Privileged, which is another finding, and a part of a service that stands in another file',
      in: 'compose',
      config: { profile: 'recommended' },
      good: `
        services:
          agent:
            image: registry.example.com/agent:3.2.1
            privileged: true
          web:
            environment:
              LOG_LEVEL: debug
      `,
    },
    {
      title: 'Settings that the configuration does not ask for',
      in: 'compose',
      config: { profile: 'recommended', rules: { 'writable-rootfs': 'off', 'unlimited-resources': 'off' } },
      good: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            security_opt: ["no-new-privileges:true"]
      `,
    },
  ],
});

/** A group of settings that is missing, and the rule that reports it alone. */
interface Gap {
  readonly rule: string;
  readonly setting: string;
  readonly isOpen: (service: ComposeService) => boolean;
  readonly entries: (document: ComposeDocument, service: ComposeService, needs: HardeningNeeds | undefined) => Settings;
}

const GAPS: readonly Gap[] = [
  {
    rule: 'writable-rootfs',
    setting: 'read_only',
    isOpen: isWritable,
    entries: readOnlyRootfs,
  },
  {
    rule: 'undropped-capabilities',
    setting: 'cap_drop',
    isOpen: keepsCapabilities,
    entries: (_document, service, needs) => fewestCapabilities(service, needs),
  },
  {
    rule: 'new-privileges-allowed',
    setting: 'no-new-privileges',
    isOpen: maySilentlyGainPrivileges,
    entries: () => ({ security_opt: [NO_NEW_PRIVILEGES] }),
  },
  {
    rule: 'unlimited-resources',
    setting: 'limits',
    isOpen: (service) => missingLimits(service).length > 0,
    entries: (_document, service) =>
      Object.fromEntries(missingLimits(service).map(({ keys, value }) => [keys[0], value])),
  },
];

/** Neither reported by its own rule, nor switched off there. */
function isAsked({ rule }: Gap, { profile, rules }: Config): boolean {
  return !Object.hasOwn(rules, rule) && profile !== 'strict';
}
