import { keepsCapabilities } from '../../compose/hardening.js';
import { addToList, isWhole } from '../../compose/service.js';
import { defineRule } from '../../core/rule.js';

export default defineRule({
  id: 'undropped-capabilities',
  severity: 'warning',
  profile: 'strict',
  summary: 'A service must give up all capabilities and get back those it needs.',
  why: `
    Docker leaves root in a container fourteen capabilities, among them those to change the owner of any file, to become any user and to
    send packets of any kind. Most services need none of them. An intruder can use each one, and several breakouts began with one of these.

    With \`cap_drop: [ALL]\` nothing is left, and \`cap_add\` gives back what the service needs and says so.
  `,
  fixSafety: `
    Entry points that start as root and change the user need SETUID and SETGID, those that give files to it CHOWN, and ports below 1024 on older engines
    NET_BIND_SERVICE: put them into cap_add.
  `,
  references: [
    'https://docs.docker.com/engine/containers/run/#runtime-privilege-and-linux-capabilities',
    'https://docs.docker.com/reference/compose-file/services/#cap_drop',
  ],
  standards: { cis: ['5.4'], nist: ['4.4.3'], owasp: ['RULE #3'], cwe: ['CWE-250'] },
  equivalents: {},
  messages: {
    kept: 'Service "{service}" keeps the capabilities that Docker gives by default. Drop ALL, and add the needed ones.',
  },
  titles: { drop: 'Drop all capabilities' },

  check: {
    compose(document) {
      return document.services.flatMap((service) => {
        if (!isWhole(service) || !keepsCapabilities(service)) return [];
        const edit = addToList(document, service, 'cap_drop', 'ALL');
        return [
          {
            message: 'kept',
            data: { service: service.name.value },
            range: service.name.range,
            fixes: edit ? [{ title: 'drop', applicability: 'unsafe', edits: [edit] }] : [],
          },
        ];
      });
    },
  },

  examples: [
    {
      title: 'Nothing dropped, or a part',
      in: 'compose',
      bad: `
        services:
          «web»:
            image: registry.example.com/shop/web:3.2.1
          «worker»:
            image: registry.example.com/shop/worker:3.2.1
            cap_drop:
              - NET_RAW
      `,
      expect: ['kept', 'kept'],
      fixed: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            cap_drop:
              - ALL
          worker:
            image: registry.example.com/shop/worker:3.2.1
            cap_drop:
              - NET_RAW
              - ALL
      `,
    },
    {
      title: 'All dropped, in any letter case and through an anchor',
      in: 'compose',
      good: `
        x-base: &base
          cap_drop: [all]
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            cap_drop: [ALL]
            cap_add: [CHOWN, SETUID, SETGID]
          worker:
            <<: *base
            image: registry.example.com/shop/worker:3.2.1
      `,
    },
  ],
});
