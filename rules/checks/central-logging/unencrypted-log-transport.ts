import { replaceScalar } from '../../compose/edit.js';
import { loggingOf } from '../../compose/logging.js';
import type { ComposeEntry, ComposeScalar } from '../../compose/model.js';
import { textOf } from '../../compose/queries.js';
import { placeIn } from '../../compose/service.js';
import { defineRule } from '../../core/rule.js';
import { UNKNOWN } from '../../core/text.js';
import { isThisMachine } from '../../shell/addresses.js';

export default defineRule({
  id: 'unencrypted-log-transport',
  severity: 'warning',
  summary: 'Logs must be encrypted on their way to another host.',
  why: `
    Logs name users, addresses and sessions, and now and then a password. Sent over udp, plain tcp or http everyone on the way can read them,
    drop lines and add others: an intruder hides traces before they arrive. udp also loses lines when much happens, which is when they count.

    Transport to the same host is left alone: a local collector can take logs plainly and send them on over TLS. That is the way for
    drivers that know no TLS, such as gelf.
  `,
  fixSafety: `
    The log server must accept TLS, often on another port (6514 for syslog), with a certificate that the host trusts. Until it does, containers do not start.
  `,
  references: [
    'https://docs.docker.com/engine/logging/drivers/syslog/',
    'https://docs.docker.com/engine/logging/drivers/fluentd/',
    'https://docs.docker.com/engine/logging/drivers/gelf/',
  ],
  standards: { nist: ['4.4.3'], cwe: ['CWE-319'] },
  equivalents: {},
  messages: {
    plain: '{scheme} sends the logs readable over the network, so others can read and change them. Use {better}.',
    noTls:
      'gelf over {scheme} sends the logs readable over the network. Send them to a collector on this host that uses TLS.',
    unknown: '{scheme} sends the logs readable, unless {address} is this host. Use {better}.',
    unverified: '{option} accepts any certificate, so others can take the place of the log server. Remove it.',
  },
  titles: { encrypt: 'Use {better}', verify: 'Check the certificate' },

  check: {
    compose(document) {
      const seen = new Set<number>();
      return document.services.flatMap((service) => {
        const logging = loggingOf(service);
        const entries = logging?.options?.entries ?? [];
        return entries.flatMap((entry) => {
          const node = entry.value;
          if (node.kind !== 'scalar' || seen.has(node.range.start)) return [];
          const found = judge(entry, node);
          if (!found) return [];
          seen.add(node.range.start);
          const { message, data, instead } = found;
          const edit =
            instead !== undefined && !entry.inherited ? replaceScalar(document, node, instead.text) : undefined;
          return [
            {
              message,
              data,
              range: placeIn(service, { range: node.range, inherited: entry.inherited || node.inherited }),
              ...(message === 'unknown' ? { confidence: 'low' as const } : {}),
              fixes:
                edit && instead
                  ? [{ title: instead.title, data: instead.data, applicability: 'unsafe' as const, edits: [edit] }]
                  : [],
            },
          ];
        });
      });
    },
  },

  examples: [
    {
      title: 'syslog and fluentd',
      in: 'compose',
      bad: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            logging:
              driver: syslog
              options:
                syslog-address: «"udp://logs.example.com:514"»
          worker:
            image: registry.example.com/shop/worker:3.2.1
            logging:
              driver: fluentd
              options: { fluentd-address: «logs.example.com:24224» }
      `,
      expect: ['plain', 'plain'],
      severity: 'warning',
      fixed: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            logging:
              driver: syslog
              options:
                syslog-address: "tcp+tls://logs.example.com:514"
          worker:
            image: registry.example.com/shop/worker:3.2.1
            logging:
              driver: fluentd
              options: { fluentd-address: tls://logs.example.com:24224 }
      `,
    },
    {
      title: 'gelf knows no TLS',
      in: 'compose',
      bad: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            logging:
              driver: gelf
              options:
                gelf-address: «udp://graylog.example.com:12201»
      `,
      expect: ['noTls'],
      fixed: null,
    },
    {
      title: 'http, and a certificate that nobody checks',
      in: 'compose',
      bad: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            logging:
              driver: splunk
              options:
                splunk-url: «http://splunk.example.com:8088»
                splunk-insecureskipverify: «"true"»
      `,
      expect: ['plain', 'unverified'],
      fixed: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            logging:
              driver: splunk
              options:
                splunk-url: https://splunk.example.com:8088
                splunk-insecureskipverify: "false"
      `,
    },
    {
      title: 'A host that only the environment knows',
      in: 'compose',
      bad: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            logging:
              driver: syslog
              options:
                syslog-address: «tcp://\${LOG_HOST}:601»
      `,
      expect: ['unknown'],
      confidence: 'low',
      severity: 'info',
      fixed: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            logging:
              driver: syslog
              options:
                syslog-address: "tcp+tls://\${LOG_HOST}:601"
      `,
    },
    {
      title: 'A shared anchor',
      in: 'compose',
      bad: `
        x-logging: &logging
          driver: syslog
          options: { syslog-address: "tcp://logs.example.com:601" }
        services:
          «web»:
            image: registry.example.com/shop/web:3.2.1
            logging: *logging
          worker:
            image: registry.example.com/shop/worker:3.2.1
            logging: *logging
      `,
      expect: ['plain'],
      fixed: null,
    },
    {
      title: 'Encrypted, or on this host',
      in: 'compose',
      good: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            logging:
              driver: syslog
              options: { syslog-address: "tcp+tls://logs.example.com:6514" }
          api:
            image: registry.example.com/shop/api:3.2.1
            logging:
              driver: fluentd
              options: { fluentd-address: "localhost:24224", fluentd-async: "true" }
          worker:
            image: registry.example.com/shop/worker:3.2.1
            logging:
              driver: gelf
              options: { gelf-address: "udp://127.0.0.1:12201" }
          jobs:
            image: registry.example.com/shop/jobs:3.2.1
            logging:
              driver: syslog
              options: { syslog-address: "unixgram:///dev/log", syslog-facility: local0 }
          bus:
            image: registry.example.com/shop/bus:3.2.1
            logging:
              driver: splunk
              options: { splunk-url: "https://splunk.example.com:8088", splunk-insecureskipverify: "false" }
      `,
    },
  ],
});

interface Judged {
  readonly message: 'plain' | 'noTls' | 'unknown' | 'unverified';
  readonly data: Readonly<Record<string, string>>;
  readonly instead?: {
    readonly title: 'encrypt' | 'verify';
    readonly data: Readonly<Record<string, string>>;
    readonly text: string;
  };
}

/** Options that name where logs go, with the schemes that are readable and what is to be used instead. */
const ADDRESSES: Readonly<
  Record<string, { readonly plain: RegExp; readonly better?: string; readonly bare?: string }>
> = {
  'syslog-address': { plain: /^(?:udp|tcp):\/\//i, better: 'tcp+tls://' },
  'fluentd-address': { plain: /^tcp:\/\//i, better: 'tls://', bare: 'tcp' },
  'gelf-address': { plain: /^(?:udp|tcp):\/\//i },
  'splunk-url': { plain: /^http:\/\//i, better: 'https://' },
  'loki-url': { plain: /^http:\/\//i, better: 'https://' },
  'awslogs-endpoint': { plain: /^http:\/\//i, better: 'https://' },
};

function judge(entry: ComposeEntry, node: ComposeScalar): Judged | undefined {
  const option = entry.key.value;
  const value = textOf(entry)?.value.trim() ?? '';
  if (/^(?:splunk-insecureskipverify|syslog-tls-skip-verify|loki-tls-insecure-skip-verify)$/.test(option))
    return value.toLowerCase() === 'true'
      ? { message: 'unverified', data: { option }, instead: { title: 'verify', data: {}, text: 'false' } }
      : undefined;
  const known = Object.hasOwn(ADDRESSES, option) ? ADDRESSES[option] : undefined;
  const written = known?.plain.exec(value)?.[0] ?? (known?.bare !== undefined && BARE.test(value) ? '' : undefined);
  if (!known || written === undefined) return undefined;
  const rest = value.slice(written.length);
  if (isThisMachine(`http://${rest}`)) return undefined;
  const scheme = (written === '' ? known.bare : written.slice(0, -3)) ?? '';
  if (known.better === undefined) return { message: 'noTls', data: { scheme } };
  const better = known.better.slice(0, -3);
  const text = known.better + node.text.trim().slice(written.length);
  const instead = { title: 'encrypt', data: { better }, text } as const;
  if (!rest.startsWith(UNKNOWN)) return { message: 'plain', data: { scheme, better }, instead };
  const address = /^\$\{?\w+\}?/.exec(node.text.trim().slice(written.length))?.[0] ?? '…';
  return { message: 'unknown', data: { scheme, better, address }, instead };
}

/** `host:port` */
const BARE = /^[\w.-]+:\d+$/;
