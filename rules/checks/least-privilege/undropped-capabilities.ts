import { addSettings, fewestCapabilities, keepsCapabilities } from '../../compose/hardening.js';
import type { ComposeDocument, ComposeService } from '../../compose/model.js';
import { isWhole } from '../../compose/service.js';
import type { Fix } from '../../core/finding.js';
import type { Project } from '../../core/project.js';
import { defineRule } from '../../core/rule.js';
import { needsOf } from '../../project/service-needs.js';

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
    Programs that start as root and change the user need SETUID and SETGID, those that give files to it CHOWN, and ports below 1024 on older engines
    NET_BIND_SERVICE. What the image or the command is known to need is put into \`cap_add\`. Where nothing is known, start the service and read its log:
    \`setuid: Operation not permitted\` asks for SETUID and SETGID, \`chown: …\` for CHOWN, and root's \`Permission denied\` for DAC_OVERRIDE.
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
  titles: {
    drop: 'Drop all capabilities',
    dropOthers: 'Drop all capabilities but {needed}',
    dropUnknown: 'Drop all capabilities (try it: a program that changes its user needs SETUID and SETGID in cap_add)',
  },

  check: {
    compose(document, { project }) {
      return document.services.flatMap((service) => {
        if (!isWhole(service) || !keepsCapabilities(service)) return [];
        return [
          {
            message: 'kept',
            data: { service: service.name.value },
            range: service.name.range,
            fixes: drop(document, service, project),
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
      title: 'Images and commands whose needs are known',
      in: 'compose',
      path: 'compose.yaml',
      around: {
        'web/Dockerfile': `
          FROM php:8.4-apache
          COPY . /var/www/html
        `,
        'app/Dockerfile': `
          FROM php:8.4-apache
          COPY . /var/www/html
          USER www-data
        `,
      },
      bad: `
        services:
          «db»:
            image: mysql:8.4.6
          «web»:
            build: web
          «app»:
            build: app
          «jobs»:
            image: registry.example.com/shop/jobs:3.2.1
            command: cron -f
          «own»:
            image: registry.example.com/shop/own:3.2.1
            user: "10001"
            command: nginx -g "daemon off;"
      `,
      expect: ['kept', 'kept', 'kept', 'kept', 'kept'],
      fixed: `
        services:
          db:
            image: mysql:8.4.6
            cap_drop:
              - ALL
            cap_add:
              - CHOWN
              - DAC_OVERRIDE
              - SETGID
              - SETUID
          web:
            build: web
            cap_drop:
              - ALL
            cap_add:
              - NET_BIND_SERVICE
              - SETGID
              - SETUID
          app:
            build: app
            cap_drop:
              - ALL
          jobs:
            image: registry.example.com/shop/jobs:3.2.1
            command: cron -f
            cap_drop:
              - ALL
            cap_add:
              - SETGID
              - SETUID
          own:
            image: registry.example.com/shop/own:3.2.1
            user: "10001"
            command: nginx -g "daemon off;"
            cap_drop:
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

function drop(document: ComposeDocument, service: ComposeService, project: Project): readonly Fix<Title>[] {
  const needs = needsOf(document, service, project);
  const wanted = fewestCapabilities(service, needs);
  const added = addSettings(document, service, wanted);
  if (!added?.keys.includes('cap_drop') || added.keys.length < Object.keys(wanted).length) return [];
  const title = needs ? (needs.capabilities.length > 0 ? 'dropOthers' : 'drop') : 'dropUnknown';
  return [
    {
      title,
      ...(title === 'dropOthers' ? { data: { needed: needs?.capabilities.join(', ') ?? '' } } : {}),
      applicability: 'unsafe',
      edits: added.edits,
    },
  ];
}

type Title = 'drop' | 'dropOthers' | 'dropUnknown';
