import { isOnAllInterfaces } from '../../compose/published.js';
import { isTrue, portsOf, securityOptions } from '../../compose/queries.js';
import { isWhole } from '../../compose/service.js';
import { defineRule } from '../../core/rule.js';

export default defineRule({
  id: 'default-profile-only',
  severity: 'warning',
  profile: 'strict',
  summary: 'A service that the network reaches needs a security profile of its own.',
  why: `
    Docker's seccomp profile fits all programs: it leaves more than three hundred system calls open, though a web server uses about
    eighty. Its AppArmor profile hardly restricts which files a program opens. A hole in a program that everybody can reach is met with all
    of that. A profile made for the program, by recording what it does in tests, leaves an intruder what the program itself does.

    Reported are services whose ports are published on all interfaces. seccomp-unconfined and privileged-service speak where not even the default
    profile is left.
  `,
  references: ['https://docs.docker.com/engine/security/seccomp/', 'https://docs.docker.com/engine/security/apparmor/'],
  standards: { cis: ['5.2', '5.22'], nist: ['4.4.3'], owasp: ['RULE #6'], cwe: ['CWE-693'] },
  equivalents: {},
  messages: {
    onlyDefault: 'Service "{service}" is open to the network with Docker\'s default profiles only. Give it its own.',
  },

  check: {
    compose(document) {
      return document.services.flatMap((service) => {
        if (!isWhole(service) || isTrue(service.get('privileged')?.value)) return [];
        if (!portsOf(service).some((it) => it.known && isOnAllInterfaces(it))) return [];
        if (securityOptions(service).some(({ name }) => /^(?:seccomp|apparmor|label)$/.test(name))) return [];
        return [{ message: 'onlyDefault', data: { service: service.name.value }, range: service.name.range }];
      });
    },
  },

  examples: [
    {
      title: 'Published with nothing but the defaults',
      in: 'compose',
      bad: `
        services:
          «web»:
            image: registry.example.com/shop/web:3.2.1
            ports: ["443:8443"]
            security_opt: ["no-new-privileges:true"]
      `,
      expect: ['onlyDefault'],
      severity: 'warning',
      fixed: null,
    },
    {
      title: 'A profile of its own, or not reached from outside',
      in: 'compose',
      good: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            ports: ["443:8443"]
            security_opt:
              - seccomp:./profiles/web.json
          api:
            image: registry.example.com/shop/api:3.2.1
            ports: ["443:8443"]
            security_opt: ["apparmor=shop-api"]
          admin:
            image: registry.example.com/shop/admin:3.2.1
            ports: ["127.0.0.1:8080:8080"]
          worker:
            image: registry.example.com/shop/worker:3.2.1
      `,
    },
    {
      title: 'What seccomp-unconfined and privileged-service report',
      in: 'compose',
      good: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            ports: ["443:8443"]
            security_opt: ["seccomp:unconfined"]
          agent:
            image: registry.example.com/agent:3.2.1
            ports: ["9000:9000"]
            privileged: true
      `,
    },
  ],
});
