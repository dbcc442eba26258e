import type { ComposeDocument } from '../../compose/model.js';
import { textOf } from '../../compose/queries.js';
import { placeIn } from '../../compose/service.js';
import { folderOf, joined } from '../../compose/sets.js';
import { isElsewhere, placeIn as placeInFile } from '../../core/elsewhere.js';
import type { Project } from '../../core/project.js';
import { defineRule } from '../../core/rule.js';
import type { Range } from '../../core/text.js';
import { joinPath, shownFrom } from '../../project/build-links.js';
import { addLines } from '../../project/dockerignore-edit.js';
import { secretVariables } from '../../secrets/file-secrets.js';
import { isExample } from '../../secrets/secret-files.js';

export default defineRule({
  id: 'committed-env-file',
  severity: 'info',
  summary: 'An env file with passwords must not get into the repository.',
  why: `
    Compose reads passwords from \`.env\` and the files in \`env_file\`. A file that git does not ignore is in the next commit, and from then on
    with everyone who can read the repository, a fork of it or a backup, for as long as the history is kept. Most keys that are found
    in public repositories come from such files.

    List the file in \`.gitignore\`, and commit an example of it with the names of the variables and without their values. A file without
    a password, a key or a token in it may well be committed. Files that git already tracks stay tracked: \`git rm --cached\` ends that,
    and what has been pushed needs new passwords.
  `,
  references: [
    'https://docs.docker.com/compose/how-tos/environment-variables/best-practices/',
    'https://git-scm.com/docs/gitignore',
    'https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/removing-sensitive-data-from-a-repository',
  ],
  standards: { nist: ['4.1.4'], owasp: ['RULE #12'], cwe: ['CWE-312', 'CWE-540'] },
  equivalents: {},
  messages: {
    named: '{file} holds {names}, and git does not ignore it, so the next commit has it. Add it to .gitignore.',
  },
  titles: { ignore: 'Add {line} to {file}' },
  labels: { secret: '{name} is a secret' },

  check: {
    compose(document, { project }) {
      if (!isRepository(project)) return [];
      const seen = new Set<string>();
      return envFiles(document, project).flatMap(({ path, range }) => {
        if (seen.has(path) || isElsewhere(range)) return [];
        seen.add(path);
        const name = path.slice(path.lastIndexOf('/') + 1);
        if (isExample(name.toLowerCase())) return [];
        const secrets = secretVariables(project.read(path) ?? '');
        if (secrets.length === 0 || project.ignoredByGit(path)) return [];
        const names = secrets.map((it) => it.name.value);
        const target = gitIgnoreFor(project, path);
        return [
          {
            message: 'named',
            data: {
              file: shownFrom(project.path ?? '', path),
              names: [...names.slice(0, 2), ...(names.length > 2 ? ['…'] : [])].join(', '),
            },
            range,
            related: secrets.slice(0, 3).map((it) => ({
              range: placeInFile(project, path, it.name.range),
              label: 'secret',
              data: { name: it.name.value },
            })),
            fixes: [
              {
                title: 'ignore',
                data: { line: target.line, file: shownFrom(project.path ?? '', target.path) },
                applicability: 'safe',
                edits: [addLines(project, target.path, project.read(target.path), [target.line])],
              },
            ],
          },
        ];
      });
    },
  },

  examples: [
    {
      title: 'A file that a service is given',
      in: 'compose',
      path: 'compose.yaml',
      around: {
        '.git/HEAD': 'ref: refs/heads/main',
        'db.env': `
          POSTGRES_USER=shop
          POSTGRES_PASSWORD=kX9-Tulip-42
        `,
        '.gitignore': `
          node_modules
        `,
      },
      bad: `
        services:
          db:
            image: postgres:17.5
            env_file: «db.env»
      `,
      expect: ['named'],
      fixed: `
        services:
          db:
            image: postgres:17.5
            env_file: db.env
      `,
      fixedAround: {
        '.gitignore': `
          node_modules
          /db.env
        `,
      },
    },
    {
      title: 'The file that compose takes variables from',
      in: 'compose',
      path: 'deploy/compose.yaml',
      around: {
        '.git/HEAD': 'ref: refs/heads/main',
        'deploy/.env': `
          TAG=3.2.1
          DB_PASSWORD=kX9-Tulip-42
        `,
      },
      bad: `
        services:
          web:
            image: registry.example.com/shop/web:\${TAG}
            environment:
              DB_PASSWORD: «\${DB_PASSWORD}»
      `,
      expect: ['named'],
      fixed: `
        services:
          web:
            image: registry.example.com/shop/web:\${TAG}
            environment:
              DB_PASSWORD: \${DB_PASSWORD}
      `,
      fixedAround: {
        '.gitignore': `
          /deploy/.env
        `,
      },
    },
    {
      title: 'Ignored, without a secret, or an example',
      in: 'compose',
      path: 'compose.yaml',
      around: {
        '.git/HEAD': 'ref: refs/heads/main',
        '.gitignore': '.env*',
        '.env': 'DB_PASSWORD=kX9-Tulip-42',
        'ports.env': 'PORT=8080',
        'web.env.example': 'DB_PASSWORD=kX9-Tulip-42',
      },
      good: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            environment:
              DB_PASSWORD: \${DB_PASSWORD}
            env_file:
              - ports.env
              - path: web.env.example
                required: false
      `,
    },
    {
      title: 'A folder that is no repository',
      in: 'compose',
      path: 'compose.yaml',
      around: { 'db.env': 'POSTGRES_PASSWORD=kX9-Tulip-42' },
      good: `
        services:
          db:
            image: postgres:17.5
            env_file: db.env
      `,
    },
  ],
});

function isRepository(project: Project): boolean {
  return project.path !== undefined && project.list('')?.some((it) => it.name === '.git') === true;
}

interface EnvFile {
  readonly path: string;
  readonly range: Range;
}

/** The files of `env_file`, where they are named, and the `.env` beside, where one of its secrets is used. */
function envFiles(document: ComposeDocument, project: Project): readonly EnvFile[] {
  const named = document.services.flatMap((service) => {
    const value = service.get('env_file')?.value;
    const items = value?.kind === 'list' ? value.items : value ? [value] : [];
    return items.flatMap((item): readonly EnvFile[] => {
      const path = item.kind === 'map' ? item.get('path') : { value: item };
      const text =
        path && textOf({ key: service.name, range: item.range, inherited: item.inherited, value: path.value });
      const folder = path && folderAt(document, project, path.value.range);
      const file = text?.known && folder !== undefined ? joined(folder, text.value) : undefined;
      return path && file !== undefined ? [{ path: file, range: placeIn(service, path.value) }] : [];
    });
  });
  return [...named, ...usedEnvFile(document, project)];
}

function usedEnvFile(document: ComposeDocument, project: Project): readonly EnvFile[] {
  const folder = folderAt(document, project, { start: 0, end: 0 });
  const path = folder === undefined ? undefined : joinPath(folder, '.env');
  const text = path === undefined ? undefined : project.read(path);
  if (path === undefined || text === undefined) return [];
  const own = (document.own ?? document).text;
  for (const { name } of secretVariables(text).slice(0, 50)) {
    const found = new RegExp(`\\$(?:\\{${escaped(name.value)}(?![\\w])[^}\\n]*\\}|${escaped(name.value)}(?!\\w))`).exec(
      own,
    );
    if (found) return [{ path, range: { start: found.index, end: found.index + found[0].length } }];
  }
  return [];
}

function escaped(name: string): string {
  return name.replace(/[^\w]/g, (it) => `\\${it}`);
}

function folderAt(document: ComposeDocument, project: Project, place: Range): string | undefined {
  return document.folderAt ? document.folderAt(place) : folderOf(project.path ?? '');
}

/** The nearest `.gitignore` there is, else one at the root, and the line for it that means this file only. */
function gitIgnoreFor(project: Project, file: string): { readonly path: string; readonly line: string } {
  let folder = folderOf(file);
  while (folder !== '' && project.read(joinPath(folder, '.gitignore')) === undefined) folder = folderOf(folder);
  const inside = folder === '' ? file : file.slice(folder.length + 1);
  return { path: joinPath(folder, '.gitignore'), line: `/${inside.replace(/[\\*?[\]]/g, (it) => `\\${it}`)}` };
}
