import type { Finding, Fix } from '../../core/finding.js';
import { defineRule } from '../../core/rule.js';
import type { Range } from '../../core/text.js';
import type { DockerfileDocument, Mount, RunInstruction } from '../../dockerfile/model.js';
import { everyInstruction } from '../../dockerfile/queries.js';
import { removeWords } from '../../shell/edit.js';
import { checksIntegrity } from '../../shell/integrity.js';
import type { ShellCommand } from '../../shell/model.js';
import { localPackages, skippedChecks, uncheckedSetting } from '../../shell/signatures.js';

export default defineRule({
  id: 'unverified-packages',
  severity: 'error',
  summary: 'Packages must not be installed without a check of their signature.',
  why: `
    Package managers trust nobody on the way: a mirror, a proxy or a network in between may be in the hands of an attacker, and a
    package is still only installed when it carries the publisher's signature. With \`--allow-unauthenticated\`, \`--allow-untrusted\`,
    \`--nogpgcheck\`, \`[trusted=yes]\` and the like, whoever can answer the download decides what is installed, and its
    scripts run as root during the build.

    The option usually hides that a key is missing. Adding the publisher's key, fetched over https or kept beside the Dockerfile, cures
    that. Repositories on the image's own disk (\`file:\`), package files whose checksum or signature was checked before, and texts that
    only mention such an option are left alone.
  `,
  fixSafety: `
    If the repository is not signed, or its key is not there, the build now stops at that line, which is what the check is for. Add the
    key first, for apt as \`signed-by=\` of the source, for dnf as \`gpgkey=\`.
  `,
  references: [
    'https://manpages.debian.org/stable/apt/apt-secure.8.en.html',
    'https://dnf.readthedocs.io/en/latest/conf_ref.html',
    'https://wiki.alpinelinux.org/wiki/Alpine_Package_Keeper',
  ],
  standards: { cis: ['4.11'], nist: ['4.1.3', '4.1.5'], owasp: ['RULE #13'], cwe: ['CWE-347', 'CWE-494'] },
  equivalents: { checkov: ['CKV2_DOCKER_7', 'CKV2_DOCKER_8', 'CKV2_DOCKER_9', 'CKV2_DOCKER_10', 'CKV2_DOCKER_11'] },
  messages: {
    option: "{tool} {option} lets unsigned packages in. Remove it and add the publisher's key.",
    localFile:
      '{tool} {option} installs {file} unchecked: unless you made it, it could be anything. Check its signature first.',
    replaced: "{option} lets unsigned packages in. Leave the check on and add the publisher's key.",
    setting: "{setting} in {path} lets unsigned packages in. Remove it and add the publisher's key.",
  },
  titles: {
    removeOption: 'Remove {option}',
    removeSetting: 'Remove {setting}',
    setSetting: 'Set {setting}',
  },

  check: {
    dockerfile(document) {
      return everyInstruction(document).flatMap((instruction) => {
        switch (instruction.keyword) {
          case 'RUN':
            return [
              ...instruction.script.commands.flatMap((it) => optionsOf(document, instruction, it)),
              ...instruction.facts.writes.flatMap(({ path, content }) =>
                content ? settingOf(document, path.value, content.value, content.range) : [],
              ),
            ];
          case 'COPY':
          case 'ADD':
            return instruction.heredocs.flatMap(({ name, content, contentRange }) =>
              settingOf(document, fileName(instruction.destination?.value ?? '', name), content, contentRange),
            );
          default:
            return [];
        }
      });
    },
  },

  examples: [
    {
      title: 'apt with unsigned packages',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        RUN apt-get update && apt-get install -y «--allow-unauthenticated» curl
      `,
      expect: ['option'],
      fixed: `
        FROM debian:13
        RUN apt-get update && apt-get install -y curl
      `,
    },
    {
      title: 'Several options of one command, over several lines',
      in: 'dockerfile',
      bad: `
        FROM fedora:44
        RUN rpm -i \\
            «--nodigest» \\
            --nosignature \\
            tool.rpm
      `,
      expect: ['localFile'],
      confidence: 'low',
      fixed: `
        FROM fedora:44
        RUN rpm -i \\
            tool.rpm
      `,
    },
    {
      title: 'The option on the last line',
      in: 'dockerfile',
      bad: `
        FROM alpine:3.24
        RUN apk add \\
            tool \\
            «--allow-untrusted»
        CMD ["tool"]
      `,
      expect: ['option'],
      fixed: `
        FROM alpine:3.24
        RUN apk add \\
            tool
        CMD ["tool"]
      `,
    },
    {
      title: 'A setting on the command line',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        RUN apt-get «-o Acquire::AllowInsecureRepositories=true» update
        FROM rockylinux:9
        RUN dnf install -y «--setopt=extras.gpgcheck=0» tool
      `,
      expect: ['option', 'option'],
      fixed: `
        FROM debian:13
        RUN apt-get update
        FROM rockylinux:9
        RUN dnf install -y tool
      `,
    },
    {
      title: 'In a heredoc, and behind sudo',
      in: 'dockerfile',
      bad: `
        FROM opensuse/leap:16.0
        RUN <<EOF
        set -e
        sudo zypper «--no-gpg-checks» install -y tool
        EOF
      `,
      expect: ['option'],
      fixed: `
        FROM opensuse/leap:16.0
        RUN <<EOF
        set -e
        sudo zypper install -y tool
        EOF
      `,
    },
    {
      title: 'A trusted source that nobody signs',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        RUN echo "deb «[trusted=yes]» https://packages.example.com/apt stable main" > /etc/apt/sources.list.d/tool.list
        RUN echo 'deb [arch=amd64 «trusted=yes»] https://packages.example.com/apt stable main' | tee /etc/apt/sources.list.d/b.list
      `,
      expect: ['setting', 'setting'],
      fixed: `
        FROM debian:13
        RUN echo "deb https://packages.example.com/apt stable main" > /etc/apt/sources.list.d/tool.list
        RUN echo 'deb [arch=amd64] https://packages.example.com/apt stable main' | tee /etc/apt/sources.list.d/b.list
      `,
    },
    {
      title: 'A repository file that is written or copied',
      in: 'dockerfile',
      bad: `
        FROM rockylinux:9
        RUN printf '[tool]\\nbaseurl=https://packages.example.com/rpm\\n«gpgcheck=0»\\n' > /etc/yum.repos.d/tool.repo
        COPY <<EOF /etc/yum.repos.d/other.repo
        [other]
        baseurl=https://packages.example.com/other
        «gpgcheck = no»
        EOF
      `,
      expect: ['setting', 'setting'],
      fixed: `
        FROM rockylinux:9
        RUN printf '[tool]\\nbaseurl=https://packages.example.com/rpm\\ngpgcheck=1\\n' > /etc/yum.repos.d/tool.repo
        COPY <<EOF /etc/yum.repos.d/other.repo
        [other]
        baseurl=https://packages.example.com/other
        gpgcheck = 1
        EOF
      `,
    },
    {
      title: 'apt.conf',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        RUN echo '«APT::Get::AllowUnauthenticated "true"»;' > /etc/apt/apt.conf.d/99
      `,
      expect: ['setting'],
      fixed: `
        FROM debian:13
        RUN echo 'APT::Get::AllowUnauthenticated "false";' > /etc/apt/apt.conf.d/99
      `,
    },
    {
      title: 'sed on the files of the distribution',
      in: 'dockerfile',
      bad: `
        FROM rockylinux:9
        RUN sed -i «'s/gpgcheck=1/gpgcheck=0/g'» /etc/yum.repos.d/*.repo
        FROM debian:13
        RUN add-apt-repository «'deb [trusted=yes] https://packages.example.com stable main'»
      `,
      expect: ['replaced', 'option'],
      fixed: null,
    },
    {
      title: 'Texts that mention an option',
      in: 'dockerfile',
      good: `
        FROM alpine:3.24
        RUN apk add curl | grep "--allow-untrusted"
        RUN echo "never use --allow-unauthenticated or [trusted=yes]" && apk upgrade
        RUN sed -i 's/gpgcheck=0/gpgcheck=1/' /etc/yum.repos.d/tool.repo
        # apt-get install --force-yes curl
      `,
    },
    {
      title: 'A package file whose signature was checked, and an index of own packages',
      in: 'dockerfile',
      good: `
        FROM alpine:3.24
        RUN curl -fsSLO https://packages.example.com/tool.apk -O https://packages.example.com/tool.sig \\
            && gpg --verify tool.sig tool.apk \\
            && apk add --allow-untrusted tool.apk
        RUN apk index --allow-untrusted -o /packages/APKINDEX.tar.gz /packages/*.apk
      `,
    },
    {
      title: 'Package files of an earlier stage',
      in: 'dockerfile',
      good: `
        FROM alpine:3.24 AS build
        RUN abuild -r
        FROM alpine:3.24
        RUN --mount=type=bind,from=build,source=/packages,target=/tmp/packages \\
            apk add --no-cache --allow-untrusted /tmp/packages/tool.apk
      `,
    },
    {
      title: 'A package file that was just downloaded',
      in: 'dockerfile',
      bad: `
        FROM alpine:3.24
        RUN wget https://packages.example.com/tool.apk && apk add «--allow-untrusted» tool.apk
      `,
      expect: ['option'],
      fixed: `
        FROM alpine:3.24
        RUN wget https://packages.example.com/tool.apk && apk add tool.apk
      `,
    },
    {
      title: 'Signed sources, a local repository, and queries',
      in: 'dockerfile',
      good: `
        FROM debian:13
        RUN echo "deb [signed-by=/usr/share/keyrings/tool.gpg] https://packages.example.com stable main" > /etc/apt/sources.list.d/tool.list
        RUN echo "deb [trusted=yes] file:/var/local-repo ./" > /etc/apt/sources.list.d/local.list
        FROM rockylinux:9
        RUN rpm -qa --nosignature && printf '[tool]\\ngpgcheck=1\\nrepo_gpgcheck=0\\n' > /etc/yum.repos.d/tool.repo
      `,
    },
  ],
});

type Found = Finding<
  'option' | 'localFile' | 'replaced' | 'setting',
  'removeOption' | 'removeSetting' | 'setSetting',
  never
>;
type Title = 'removeOption' | 'removeSetting' | 'setSetting';

function optionsOf(
  document: DockerfileDocument,
  { script, facts, mounts }: RunInstruction,
  command: ShellCommand,
): readonly Found[] {
  const checks = skippedChecks(command);
  const [first] = checks;
  if (!first) return [];
  if (command.name === 'sed') return [{ message: 'replaced', data: { option: first.option }, range: first.range }];
  const edits = removeWords(
    document.text,
    checks.flatMap((it) => it.words),
  );
  const option = checks.map((it) => it.option).join(' ');
  const fixes: readonly Fix<Title>[] = edits?.length
    ? [{ title: 'removeOption', data: { option }, applicability: 'unsafe', edits }]
    : [];
  const data = { tool: command.name, option };
  const [file] = localPackages(command);
  if (file && (script.commands.some(checksIntegrity) || mounts.some((it) => isMade(document, it, file.value))))
    return [];
  if (file && facts.downloads.length === 0)
    return [
      { message: 'localFile', data: { ...data, file: file.value }, range: first.range, confidence: 'low', fixes },
    ];
  return [{ message: 'option', data, range: first.range, fixes }];
}

/** What an earlier stage made is as trusted as that stage. */
function isMade({ stages }: DockerfileDocument, { options }: Mount, file: string): boolean {
  const valueOf = (...names: readonly string[]): string | undefined =>
    options.find((it) => names.includes(it.name))?.value;
  const folder = valueOf('target', 'dst', 'destination')?.replace(/\/+$/, '');
  const from = valueOf('from')?.toLowerCase();
  if (from === undefined || folder === undefined || !file.startsWith(`${folder}/`)) return false;
  return stages.some((it, index) => it.name?.value.toLowerCase() === from || String(index) === from);
}

function settingOf(
  { text }: DockerfileDocument,
  path: string,
  content: string,
  { start, end }: Range,
): readonly Found[] {
  const found = uncheckedSetting(path, content, text.slice(start, end));
  if (!found) return [];
  const { setting, instead } = found;
  const cut = { start: start + found.start, end: start + found.end };
  const at = text.indexOf(setting, cut.start);
  const range = { start: at, end: at + setting.length };
  const fix: Fix<Title> =
    instead === ''
      ? { title: 'removeSetting', data: { setting }, applicability: 'unsafe', edits: [{ range: cut, text: '' }] }
      : {
          title: 'setSetting',
          data: { setting: instead },
          applicability: 'unsafe',
          edits: [{ range: cut, text: instead }],
        };
  return [{ message: 'setting', data: { setting, path }, range, fixes: [fix] }];
}

/** A heredoc without a name of its own in the destination becomes a file in that folder. */
function fileName(destination: string, name: string): string {
  return destination.endsWith('/') ? destination + name : destination;
}
