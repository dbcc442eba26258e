import type { Finding } from '../../core/finding.js';
import { defineRule } from '../../core/rule.js';
import { everyInstruction, expandAt } from '../../dockerfile/queries.js';
import { isThisMachine } from '../../shell/addresses.js';
import type { PackageInstall } from '../../shell/model.js';

export default defineRule({
  id: 'mixed-package-index',
  severity: 'warning',
  summary: 'Packages of Python must come from one index.',
  why: `
    pip asks all its indexes at once and takes the highest version that any of them has. When your own packages lie on one index, anybody
    can register the same name on another one, usually PyPI, with a higher version: the build installs theirs and runs their code.
    This dependency confusion has reached large companies, and in December 2022 the nightly builds of PyTorch.

    Name one index that also serves what you need of PyPI, with \`--index-url\`. Hashes (\`--require-hashes\`) protect as well; with
    them nothing is reported. Neither is uv, which takes a package from the first index that has it, unless it is told otherwise.
  `,
  references: [
    'https://pip.pypa.io/en/stable/cli/pip_install/#cmdoption-extra-index-url',
    'https://docs.astral.sh/uv/concepts/indexes/#searching-across-multiple-indexes',
    'https://pytorch.org/blog/compromised-nightly-dependency/',
  ],
  standards: { nist: ['4.1.5'], owasp: ['RULE #13'], cwe: ['CWE-427'] },
  equivalents: {},
  messages: {
    option:
      '{option} makes {tool} take the highest version of all indexes, so a name on another one wins. Use one index.',
    variable: '{name} makes pip take the highest version of all indexes, so a name on another one wins. Use one index.',
  },

  check: {
    dockerfile(document) {
      if (!/extra.index.url/i.test(document.text)) return [];
      return everyInstruction(document).flatMap((instruction): readonly Found[] => {
        switch (instruction.keyword) {
          case 'RUN':
            return instruction.facts.installs.flatMap(judge);
          case 'ENV':
          case 'ARG':
            return instruction.pairs.flatMap(({ name, value, range }): readonly Found[] => {
              if (name.value !== 'PIP_EXTRA_INDEX_URL' || !value) return [];
              const url = expandAt(document, value.value, value.range.start).value;
              return url === '' || isThisMachine(url)
                ? []
                : [{ message: 'variable', data: { name: name.value }, range }];
            });
          default:
            return [];
        }
      });
    },
  },

  examples: [
    {
      title: 'A second index',
      in: 'dockerfile',
      bad: `
        FROM python:3.14
        RUN pip install «--extra-index-url» https://pypi.example.com/simple -r requirements.txt
        RUN uv pip install «--extra-index-url=https://pypi.example.com/simple» --index-strategy unsafe-best-match tool
      `,
      expect: ['option', 'option'],
      fixed: null,
    },
    {
      title: 'As a variable',
      in: 'dockerfile',
      bad: `
        FROM python:3.14
        ENV «PIP_EXTRA_INDEX_URL=https://pypi.example.com/simple»
      `,
      expect: ['variable'],
      fixed: null,
    },
    {
      title: 'One index, hashes, and the first index that has the package',
      in: 'dockerfile',
      good: `
        FROM python:3.14
        ENV PIP_EXTRA_INDEX_URL=
        RUN pip install --index-url https://pypi.example.com/simple -r requirements.txt
        RUN pip install --require-hashes --extra-index-url https://pypi.example.com/simple -r requirements.txt
        RUN uv pip install --extra-index-url https://pypi.example.com/simple tool
        RUN pip install --extra-index-url http://localhost:3141/simple tool
      `,
    },
  ],
});

type Found = Finding<'option' | 'variable', never, never>;

function judge({ manager, command, flags }: PackageInstall): readonly Found[] {
  if (manager !== 'pip' && manager !== 'uv') return [];
  const has = (name: string, value = /./): boolean =>
    flags.some((it) => it.name === name && value.test(it.value ?? 'set'));
  if (has('--require-hashes') || has('--no-index')) return [];
  if (manager === 'uv' && !has('--index-strategy', /^unsafe/)) return [];
  const extra = flags.find((it) => it.name === '--extra-index-url' && !isThisMachine(it.value ?? ''));
  if (!extra) return [];
  return [{ message: 'option', data: { option: extra.name, tool: command.name }, range: extra.word.range }];
}
