import { replaceScalar } from '../../compose/edit.js';
import { loggingOf } from '../../compose/logging.js';
import type { ComposeDocument, ComposeEntry, ComposeService } from '../../compose/model.js';
import { textOf } from '../../compose/queries.js';
import { placeIn } from '../../compose/service.js';
import type { Finding } from '../../core/finding.js';
import { defineRule } from '../../core/rule.js';
import { isSecretName, judgeSecret } from '../../secrets/judge.js';
import { isPlaceholder } from '../../secrets/placeholder.js';
import { findTokens } from '../../secrets/tokens.js';

export default defineRule({
  id: 'secret-in-log-options',
  severity: 'error',
  summary: 'The options of a log driver must hold no secret, and must send none along.',
  why: `
    The token of a log service in a compose file is known to everyone who can read the repository. With it they can fill the log
    with lines of their own, or pay with your account. \`docker inspect\` shows it to all who may use Docker.

    \`env\`, \`env-regex\` and \`labels\` are the other way round: they put variables and labels of the container beside every line of its log. A password
    among them is then stored in the log service, where more people can read and search it than the program ever had users.

    A token with a form of its own is reported by hardcoded-secret, a password in an address by credentials-in-url.
  `,
  fixSafety: `
    The service no longer starts until the variable is set in the shell or in an \`.env\` file that git ignores. The old token is known to all who have
    seen this file: change it.
  `,
  references: [
    'https://docs.docker.com/engine/logging/drivers/splunk/',
    'https://docs.docker.com/engine/logging/configure/#configure-the-default-logging-driver',
  ],
  standards: { nist: ['4.1.4'], owasp: ['RULE #12'], cwe: ['CWE-532', 'CWE-798'] },
  equivalents: {},
  messages: {
    token: '{option} is written in the file, so whoever reads it can write to your logs. Take it from the environment.',
    sent: '{option} stores the value of {name} beside every line of the log. Leave it out.',
  },
  titles: { interpolate: 'Take it from the environment: {required}', leaveOut: 'Leave {name} out' },

  check: {
    compose(document) {
      // What several services share through an anchor is written once.
      const seen = new Set<number>();
      return document.services.flatMap((service) =>
        (loggingOf(service)?.options?.entries ?? []).flatMap((entry): readonly Found[] => {
          if (seen.has(entry.value.range.start)) return [];
          seen.add(entry.value.range.start);
          return LISTS.test(entry.key.value) ? sent(document, service, entry) : token(document, service, entry);
        }),
      );
    },
  },

  examples: [
    {
      title: 'The token of a log service',
      in: 'compose',
      bad: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            logging:
              driver: splunk
              options:
                splunk-url: https://splunk.example.com:8088
                splunk-token: «7f1c9a52-3b0e-4d8e-9a61-0c2f4be1d7a3»  # index shop
      `,
      expect: ['token'],
      severity: 'error',
      fixed: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            logging:
              driver: splunk
              options:
                splunk-url: https://splunk.example.com:8088
                splunk-token: "\${SPLUNK_TOKEN:?}"  # index shop
      `,
    },
    {
      title: 'Variables that are sent along',
      in: 'compose',
      bad: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            logging:
              driver: gelf
              options:
                gelf-address: tcp://localhost:12201
                env: «APP_VERSION,DB_PASSWORD»
      `,
      expect: ['sent'],
      fixed: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            logging:
              driver: gelf
              options:
                gelf-address: tcp://localhost:12201
                env: APP_VERSION
      `,
    },
    {
      title: 'One finding for what services share',
      in: 'compose',
      bad: `
        x-logging: &logging
          driver: sematext/logagent
          options:
            logs-token: «7f1c9a52-3b0e-4d8e-9a61-0c2f4be1d7a3»
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            logging: *logging
          worker:
            image: registry.example.com/shop/worker:3.2.1
            logging: *logging
      `,
      expect: ['token'],
      fixed: null,
    },
    {
      title: 'Taken from the environment, and harmless variables',
      in: 'compose',
      good: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            logging:
              driver: splunk
              options:
                splunk-token: \${SPLUNK_TOKEN:?}
                splunk-insecureskipverify: "false"
                splunk-capath: /etc/ssl/splunk.pem
                env: APP_VERSION,NODE_ENV
                labels: com.example.team
                tag: "{{.Name}}"
      `,
    },
  ],
});

type Found = Finding<'token' | 'sent', 'interpolate' | 'leaveOut', never>;

/** Lists of names whose values go along: https://docs.docker.com/engine/logging/log_tags/ and the drivers' pages. */
const LISTS = /^(?:env|env-regex|labels)$/;

function token(document: ComposeDocument, service: ComposeService, entry: ComposeEntry): readonly Found[] {
  const option = entry.key.value;
  const value = textOf(entry);
  if (!value?.literal || !isSecretName(option.replaceAll('-', '_')) || isPlaceholder(option, value.value)) return [];
  if (judgeSecret(option.replaceAll('-', '_'), value.value) !== 'secret' || findTokens(value.value).length > 0)
    return [];
  const required = `\${${option.replaceAll('-', '_').toUpperCase()}:?}`;
  const node = entry.value;
  const edit = node.kind === 'scalar' && !entry.inherited ? replaceScalar(document, node, required) : undefined;
  return [
    {
      message: 'token',
      data: { option },
      range: placeOf(service, entry),
      fixes: edit ? [{ title: 'interpolate', data: { required }, applicability: 'unsafe', edits: [edit] }] : [],
    },
  ];
}

function sent(document: ComposeDocument, service: ComposeService, entry: ComposeEntry): readonly Found[] {
  const names = (textOf(entry)?.value ?? '').split(',').map((it) => it.trim());
  const name = names.find((it) => isSecretName(it) && !/_(?:FILE|PATH)$/i.test(it));
  const node = entry.value;
  if (name === undefined || node.kind !== 'scalar') return [];
  const rest = names.filter((it) => it !== name);
  const edit = !entry.inherited && rest.length > 0 ? replaceScalar(document, node, rest.join(',')) : undefined;
  return [
    {
      message: 'sent',
      data: { option: entry.key.value, name },
      range: placeOf(service, entry),
      fixes: edit ? [{ title: 'leaveOut', data: { name }, applicability: 'unsafe', edits: [edit] }] : [],
    },
  ];
}

function placeOf(service: ComposeService, { value }: ComposeEntry) {
  // An anchor of the same file shows where it is written: that is where it has to be changed.
  return value.inherited ? placeIn({ ...service, name: { ...service.name, range: value.range } }, value) : value.range;
}
