import { replaceScalar } from '../../compose/edit.js';
import { NO_NEW_PRIVILEGES } from '../../compose/hardening.js';
import { securityOptions } from '../../compose/queries.js';
import { addToList, isInSight, isWhole, placeIn } from '../../compose/service.js';
import type { Finding } from '../../core/finding.js';
import { defineRule } from '../../core/rule.js';

export default defineRule({
  id: 'new-privileges-allowed',
  severity: 'warning',
  summary: 'A program must not be able to get more rights than it was started with.',
  why: `
    In most images there are programs with the setuid bit: su, mount, passwd, sometimes sudo. Started by anybody, they run as root, and each hole
    in one of them makes an intruder without rights root in the container. With \`no-new-privileges\` the kernel ignores the bit, and the
    rights of a file, for everything in the container. A program that runs as a user of its own notices nothing.

    That it is switched off in so many words is reported in every profile, that it is missing only in \`strict\`.
  `,
  fixSafety: `
    In the container sudo, su and ping of old images fail, and with them entry points that start as root and change the user that way. gosu,
    su-exec and setpriv go on working.
  `,
  references: [
    'https://docs.docker.com/reference/compose-file/services/#security_opt',
    'https://docs.docker.com/reference/cli/docker/container/run/#security-opt',
    'https://docs.kernel.org/userspace-api/no_new_privs.html',
  ],
  standards: { cis: ['5.26'], nist: ['4.4.3'], owasp: ['RULE #4'], cwe: ['CWE-250', 'CWE-269'] },
  equivalents: { semgrep: ['no-new-privileges'] },
  messages: {
    off: '{option} lets programs in service "{service}" become root by setuid files. Set it to true.',
    missing: 'Service "{service}" lets its programs become root by setuid files. Add no-new-privileges:true.',
  },
  titles: { turnOn: 'Set no-new-privileges to true', add: 'Add no-new-privileges:true' },

  check: {
    compose(document, { config }) {
      const everywhere = config.profile === 'strict' || Object.hasOwn(config.rules, 'new-privileges-allowed');
      return document.services.flatMap((service): readonly Finding<'off' | 'missing', 'turnOn' | 'add', never>[] => {
        // Docker takes the last one.
        const own = securityOptions(service).findLast(({ name }) => name === 'no-new-privileges');
        if (own) {
          if (own.value?.trim().toLowerCase() !== 'false') return [];
          const edit = replaceScalar(document, own.item.node, NO_NEW_PRIVILEGES);
          return [
            {
              message: 'off',
              data: { service: service.name.value, option: own.item.text.value },
              range: placeIn(service, own.item),
              fixes: edit ? [{ title: 'turnOn', applicability: 'unsafe', edits: [edit] }] : [],
            },
          ];
        }
        // Who sets other options of a part of a service could have set this one there.
        const isAsked = service.get('security_opt') ? isInSight(service) : isWhole(service);
        if (!everywhere || !isAsked) return [];
        const edit = addToList(document, service, 'security_opt', NO_NEW_PRIVILEGES);
        return [
          {
            message: 'missing',
            data: { service: service.name.value },
            range: service.name.range,
            fixes: edit ? [{ title: 'add', applicability: 'unsafe', edits: [edit] }] : [],
          },
        ];
      });
    },
  },

  examples: [
    {
      title: 'Switched off',
      in: 'compose',
      bad: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            security_opt:
              - apparmor:docker-default
              - «no-new-privileges:false»
          worker:
            image: registry.example.com/shop/worker:3.2.1
            security_opt: [«"no-new-privileges=false"»]
      `,
      expect: ['off', 'off'],
      severity: 'warning',
      fixed: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            security_opt:
              - apparmor:docker-default
              - no-new-privileges:true
          worker:
            image: registry.example.com/shop/worker:3.2.1
            security_opt: ["no-new-privileges:true"]
      `,
    },
    {
      title: 'Missing, in the profile strict',
      in: 'compose',
      config: { profile: 'strict' },
      bad: `
        services:
          «web»:
            image: registry.example.com/shop/web:3.2.1
          «worker»:
            image: registry.example.com/shop/worker:3.2.1
            security_opt:
              - apparmor:docker-default
      `,
      expect: ['missing', 'missing'],
      severity: 'warning',
      fixed: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            security_opt:
              - no-new-privileges:true
          worker:
            image: registry.example.com/shop/worker:3.2.1
            security_opt:
              - apparmor:docker-default
              - no-new-privileges:true
      `,
    },
    {
      title: 'Missing, in the profile recommended',
      in: 'compose',
      config: { profile: 'recommended' },
      good: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
      `,
    },
    {
      title: 'All spellings',
      in: 'compose',
      config: { profile: 'strict' },
      good: `
        services:
          a:
            image: registry.example.com/a:3.2.1
            security_opt: ["no-new-privileges:true"]
          b:
            image: registry.example.com/b:3.2.1
            security_opt: [no-new-privileges]
          c:
            image: registry.example.com/c:3.2.1
            security_opt: ["no-new-privileges=true"]
          d:
            image: registry.example.com/d:3.2.1
            security_opt: ["no-new-privileges:\${NNP:-true}"]
      `,
    },
  ],
});
