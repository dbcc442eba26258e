import { addEntry } from '../../compose/edit.js';
import { loggingOf, type ServiceLogging } from '../../compose/logging.js';
import type { ComposeDocument, ComposeMap, ComposeNode, ComposeService } from '../../compose/model.js';
import { textOf } from '../../compose/queries.js';
import { isWhole } from '../../compose/service.js';
import type { Edit } from '../../core/edit.js';
import type { Finding } from '../../core/finding.js';
import { defineRule } from '../../core/rule.js';

/** Three files of ten megabytes: what Docker's own documentation shows. */
const MAX_SIZE = '10m';
const MAX_FILE = '3';

export default defineRule({
  id: 'unbounded-logs',
  severity: 'info',
  summary: 'The log of a service needs a largest size.',
  why: `
    Docker's default log driver, \`json-file\`, never deletes anything. Whoever can make a service write, with a flood of
    requests that fail for instance, fills the disk of the host, and then every container on it stops, its database among
    them. The log that would tell what happened is the first that can no longer be written.

    With \`max-size\` and \`max-file\` the oldest lines go instead. A default for the whole host can be set in \`daemon.json\`;
    then switch this rule off.
  `,
  references: [
    'https://docs.docker.com/engine/logging/drivers/json-file/',
    'https://docs.docker.com/engine/logging/configure/',
  ],
  standards: { cis: ['2.13'], cwe: ['CWE-400', 'CWE-779'] },
  equivalents: {},
  messages: {
    noLogging:
      'Service "{service}" has no log limit, so its log can grow until the disk is full. Set max-size and max-file.',
    noLimit:
      'json-file without max-size keeps everything, so the log can grow until the disk is full. Set max-size and max-file.',
    limitOff: 'max-size: {size} is no limit, so the log can grow until the disk is full. Set a size such as 10m.',
  },
  titles: { limit: 'Limit the log to {files} files of {size}' },

  check: {
    compose(document) {
      // A block that several services share is one mistake.
      const seen = new Set<number>();
      return document.services.flatMap((service) => {
        const logging = loggingOf(service);
        if (!logging) return isWhole(service) ? [missing(document, service)] : [];
        if (seen.has(logging.entry.value.range.start)) return [];
        seen.add(logging.entry.value.range.start);
        return judge(document, logging);
      });
    },
  },

  examples: [
    {
      title: 'No logging block',
      in: 'compose',
      bad: `
        services:
          «web»:
            image: nginx:1.27
      `,
      expect: ['noLogging'],
      fixed: `
        services:
          web:
            image: nginx:1.27
            logging:
              driver: json-file
              options:
                max-size: 10m
                max-file: "3"
      `,
    },
    {
      title: 'The json-file driver without a size',
      in: 'compose',
      bad: `
        services:
          web:
            image: nginx:1.27
            logging:
              driver: «json-file»
      `,
      expect: ['noLimit'],
      fixed: `
        services:
          web:
            image: nginx:1.27
            logging:
              driver: json-file
              options:
                max-size: 10m
                max-file: "3"
      `,
    },
    {
      title: 'A number of files, but no size',
      in: 'compose',
      bad: `
        services:
          web:
            image: nginx:1.27
            logging:
              driver: «json-file»
              options:
                max-file: "5"  # days
      `,
      expect: ['noLimit'],
      fixed: `
        services:
          web:
            image: nginx:1.27
            logging:
              driver: json-file
              options:
                max-file: "5"  # days
                max-size: 10m
      `,
    },
    {
      title: 'Options without a driver go to the default one',
      in: 'compose',
      bad: `
        services:
          web:
            image: nginx:1.27
            «logging»:
              options:
                compress: "true"
      `,
      expect: ['noLimit'],
      fixed: `
        services:
          web:
            image: nginx:1.27
            logging:
              options:
                compress: "true"
                max-size: 10m
                max-file: "3"
      `,
    },
    {
      title: 'A size that is none',
      in: 'compose',
      bad: `
        services:
          web:
            image: nginx:1.27
            logging:
              driver: json-file
              options:
                max-size: «"-1"»
      `,
      expect: ['limitOff'],
      fixed: null,
    },
    {
      title: 'One finding for a block that services share',
      in: 'compose',
      bad: `
        x-logging: &logging
          driver: «json-file»
        services:
          web:
            image: nginx:1.27
            logging: *logging
          worker:
            image: nginx:1.27
            logging: *logging
      `,
      expect: ['noLimit'],
      fixed: `
        x-logging: &logging
          driver: json-file
          options:
            max-size: 10m
            max-file: "3"
        services:
          web:
            image: nginx:1.27
            logging: *logging
          worker:
            image: nginx:1.27
            logging: *logging
      `,
    },
    {
      title: 'A size is set',
      in: 'compose',
      good: `
        services:
          web:
            image: nginx:1.27
            logging:
              driver: json-file
              options:
                max-size: 10m
      `,
    },
    {
      title: 'A size in a merged service',
      in: 'compose',
      good: `
        x-service: &service
          logging:
            options: { max-size: "10m", max-file: "3" }
        services:
          web:
            <<: *service
            image: nginx:1.27
      `,
    },
    {
      title: 'A size that only the environment knows',
      in: 'compose',
      good: `
        services:
          web:
            image: nginx:1.27
            logging:
              options:
                max-size: \${LOG_SIZE}
      `,
    },
    {
      title: 'Drivers that keep their own limit or send the log away',
      in: 'compose',
      good: `
        services:
          web:
            image: nginx:1.27
            logging:
              driver: local
          worker:
            image: nginx:1.27
            logging:
              driver: fluentd
          cron:
            image: nginx:1.27
            logging:
              driver: \${LOG_DRIVER}
          old:
            image: nginx:1.27
            log_driver: syslog
      `,
    },
    {
      title: 'A service whose other half is in another file',
      in: 'compose',
      good: `
        services:
          web:
            environment:
              LOG_LEVEL: debug
          worker:
            image: nginx:1.27
            extends:
              file: common.yaml
              service: base
      `,
    },
  ],
});

type Found = Finding<'noLogging' | 'noLimit' | 'limitOff', 'limit', never>;

function missing(document: ComposeDocument, service: ComposeService): Found {
  const edit = addEntry(document, service.node, 'logging', {
    driver: 'json-file',
    options: { 'max-size': MAX_SIZE, 'max-file': MAX_FILE },
  });
  return {
    message: 'noLogging',
    data: { service: service.name.value },
    range: service.name.range,
    ...limit(edit, MAX_FILE),
  };
}

function judge(document: ComposeDocument, { entry, map, driver, options }: ServiceLogging): readonly Found[] {
  if (driver && driver.name.value !== 'json-file') return [];
  const written = options?.get('max-size');
  const size = textOf(written);
  if (written && size) {
    if (!size.known || !/^-|^0|^$/.test(size.value.trim())) return [];
    return [{ message: 'limitOff', data: { size: size.value }, range: written.value.range }];
  }
  const range = driver?.entry.value.range ?? entry.key.range;
  const files = textOf(options?.get('max-file'));
  const edit = map && addLimit(document, map, options, files !== undefined);
  return [{ message: 'noLimit', range, ...limit(edit, files?.known ? files.value : MAX_FILE) }];
}

function limit(edit: Edit | undefined, files: string): Pick<Found, 'fixes'> {
  return edit
    ? { fixes: [{ title: 'limit', data: { size: MAX_SIZE, files }, applicability: 'safe', edits: [edit] }] }
    : {};
}

function addLimit(
  document: ComposeDocument,
  map: ComposeMap,
  options: ComposeMap | undefined,
  hasFiles: boolean,
): Edit | undefined {
  const limits = hasFiles ? { 'max-size': MAX_SIZE } : { 'max-size': MAX_SIZE, 'max-file': MAX_FILE };
  const block = own(document, map);
  if (!block) return undefined;
  if (!options) return block.get('options') ? undefined : addEntry(document, block, 'options', limits);
  const ownOptions = own(document, options);
  const edits = ownOptions
    ? Object.entries(limits).map(([key, value]) => addEntry(document, ownOptions, key, value))
    : [];
  return joined(edits);
}

/** Insertions at the same place as one. */
function joined(edits: readonly (Edit | undefined)[]): Edit | undefined {
  return edits.reduce((whole, it) => {
    if (!whole || !it || whole.range.start !== it.range.start || it.range.start !== it.range.end) return undefined;
    return { range: whole.range, text: whole.text + it.text };
  });
}

/** The map itself, or the one in an extension that it is an alias of: what is changed there changes for all who share it. */
function own(document: ComposeDocument, map: ComposeMap): ComposeMap | undefined {
  if (!map.inherited) return map;
  for (const root of document.roots)
    for (const { key, value } of root.entries)
      if (key.value.startsWith('x-')) {
        const found = mapAt(value, map.range.start);
        if (found) return found;
      }
  return undefined;
}

function mapAt(node: ComposeNode, start: number): ComposeMap | undefined {
  if (node.inherited || node.kind === 'scalar') return undefined;
  if (node.kind === 'map' && node.range.start === start) return node;
  for (const child of node.kind === 'map' ? node.entries.map((it) => it.value) : node.items) {
    const found = mapAt(child, start);
    if (found) return found;
  }
  return undefined;
}
