import type { Finding } from '../../core/finding.js';
import { defineRule } from '../../core/rule.js';
import { checkFirst, insertCheck } from '../../dockerfile/checked-run.js';
import type { CommandBody, DockerfileDocument } from '../../dockerfile/model.js';
import { everyInstruction } from '../../dockerfile/queries.js';
import { type ExecutedDownload, executedDownloads } from '../../shell/executed.js';

export default defineRule({
  id: 'curl-pipe-shell',
  severity: 'warning',
  summary: 'A download must not be run before its content was checked.',
  why: `
    \`curl … | sh\` hands the build to whoever can answer the request: the owner of the server today, whoever breaks into it or buys its
    domain tomorrow. The script runs as root, sees the build's secrets and can plant what it likes in the image. It may answer
    \`curl\` differently than a browser, so reading it beforehand proves nothing, and it leaves no copy to look at afterwards.
    A connection that breaks runs half a script.

    Pin what you run: download a named version to a file, compare it with a checksum that is written in the Dockerfile, then run it. A
    package of the distribution, or a stage of an official image to copy the tool from, needs no script at all. Every form counts:
    pipes through sudo, \`sh -c "$(…)"\`, \`bash <(…)\`, \`eval\`, other interpreters, PowerShell's \`iex\`, and a saved file that the same
    instruction runs.
  `,
  fixSafety: `
    Leaves a blank: put the checksum of the script you have read in place of SHA256_OF_THE_SCRIPT (\`sha256sum\` of the file).
    When the publisher changes the script the build stops, until somebody has looked at the new one.
  `,
  references: [
    'https://docs.docker.com/build/building/best-practices/#add-or-copy',
    'https://docs.docker.com/reference/dockerfile/#add---checksum',
    'https://slsa.dev/spec/v1.1/threats',
  ],
  standards: { cis: ['4.11'], nist: ['4.1.3', '4.1.5'], owasp: ['RULE #13'], cwe: ['CWE-494'] },
  equivalents: {},
  messages: {
    piped:
      '{program} runs whatever {host} sends, so a tampered script owns the build. Check its sha256 before it runs.',
    saved: '{file} from {host} runs unchecked, so a tampered one owns the build. Check its sha256 before it runs.',
  },
  titles: {
    checkFirst: 'Download to a file, check its sha256, then run it',
    insertCheck: 'Check its sha256 first',
  },
  labels: { downloaded: 'Downloaded here' },

  check: {
    dockerfile(document) {
      return everyInstruction(document).flatMap((instruction) => {
        switch (instruction.keyword) {
          case 'RUN':
          case 'CMD':
          case 'ENTRYPOINT':
            return executedDownloads(instruction.script, instruction.facts).map((it) =>
              report(document, instruction, it),
            );
          default:
            return [];
        }
      });
    },
  },

  examples: [
    {
      title: 'Piped into a shell',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        RUN «curl -fsSL https://tool.example.com/install.sh | bash»
      `,
      expect: ['piped'],
      fixed: `
        FROM debian:13
        RUN curl -o /tmp/install.sh -fsSL https://tool.example.com/install.sh \\
            && echo "SHA256_OF_THE_SCRIPT  /tmp/install.sh" | sha256sum -c - \\
            && bash /tmp/install.sh \\
            && rm /tmp/install.sh
      `,
    },
    {
      title: 'Behind sudo, with arguments, among other commands',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        RUN set -e; «wget -qO- https://tool.example.com/install.sh | sudo -E bash -s -- --yes» && rm -rf /var/lib/apt/lists/*
      `,
      expect: ['piped'],
      fixed: `
        FROM debian:13
        RUN set -e; wget -qO /tmp/install.sh https://tool.example.com/install.sh \\
            && echo "SHA256_OF_THE_SCRIPT  /tmp/install.sh" | sha256sum -c - \\
            && sudo -E bash /tmp/install.sh --yes \\
            && rm /tmp/install.sh && rm -rf /var/lib/apt/lists/*
      `,
    },
    {
      title: 'In a command substitution',
      in: 'dockerfile',
      bad: `
        FROM alpine:3.24
        RUN «sh -c "$(curl -fsSL https://tool.example.com/install.sh)" "" --unattended»
      `,
      expect: ['piped'],
      fixed: `
        FROM alpine:3.24
        RUN curl -o /tmp/install.sh -fsSL https://tool.example.com/install.sh \\
            && echo "SHA256_OF_THE_SCRIPT  /tmp/install.sh" | sha256sum -c - \\
            && sh /tmp/install.sh --unattended \\
            && rm /tmp/install.sh
      `,
    },
    {
      title: 'In a process substitution',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        SHELL ["/bin/bash", "-c"]
        RUN «bash <(curl -s https://tool.example.com/install.sh) stable»
      `,
      expect: ['piped'],
      fixed: `
        FROM debian:13
        SHELL ["/bin/bash", "-c"]
        RUN curl -o /tmp/install.sh -s https://tool.example.com/install.sh \\
            && echo "SHA256_OF_THE_SCRIPT  /tmp/install.sh" | sha256sum -c - \\
            && bash /tmp/install.sh stable \\
            && rm /tmp/install.sh
      `,
    },
    {
      title: 'Other interpreters',
      in: 'dockerfile',
      bad: `
        FROM python:3.14
        RUN «curl -sSL https://tool.example.com/install.py | python3 - --version 1.8»
      `,
      expect: ['piped'],
      fixed: `
        FROM python:3.14
        RUN curl -o /tmp/install.py -sSL https://tool.example.com/install.py \\
            && echo "SHA256_OF_THE_SCRIPT  /tmp/install.py" | sha256sum -c - \\
            && python3 /tmp/install.py --version 1.8 \\
            && rm /tmp/install.py
      `,
    },
    {
      title: 'Saved, then run by the same instruction',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        RUN curl -fsSLO https://tool.example.com/install.sh \\
            && chmod +x install.sh \\
            && «./install.sh --yes»
      `,
      expect: ['saved'],
      fixed: `
        FROM debian:13
        RUN curl -fsSLO https://tool.example.com/install.sh \\
            && chmod +x install.sh \\
            && echo "SHA256_OF_THE_SCRIPT  ./install.sh" | sha256sum -c - && ./install.sh --yes
      `,
    },
    {
      title: 'Through a filter, with eval, with source and in the exec form',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        RUN «curl -s https://tool.example.com/install.sh.gz | gunzip | sh»
        RUN «eval "$(curl -s https://tool.example.com/env)"»; «. <(curl -s https://tool.example.com/functions)»
        RUN «source /dev/stdin <<< "$(wget -qO- https://tool.example.com/functions)"»
        RUN («curl -s https://tool.example.com/install.sh || wget -qO- https://tool.example.com/install.sh) | sh»
        RUN («curl -s https://tool.example.com/install.sh) | sh»
        RUN ["bash", "-c", "«curl -s https://tool.example.com/install.sh | bash»"]
        RUN <<EOF
        «curl -s https://tool.example.com/install.rb | ruby» || exit 1
        EOF
      `,
      expect: ['piped', 'piped', 'piped', 'piped', 'piped', 'piped', 'piped', 'piped'],
      fixed: null,
    },
    {
      title: 'PowerShell',
      in: 'dockerfile',
      bad: `
        # escape=\`
        FROM mcr.microsoft.com/windows/servercore:ltsc2025
        SHELL ["powershell", "-Command"]
        RUN «iex ((New-Object System.Net.WebClient).DownloadString('https://tool.example.com/install.ps1'))»
        RUN «iwr -useb https://tool.example.com/install.ps1 | iex»
      `,
      expect: ['piped', 'piped'],
      fixed: null,
    },
    {
      title: 'Checked before it runs',
      in: 'dockerfile',
      good: `
        FROM debian:13
        RUN curl -fsSLo install.sh https://tool.example.com/install.sh \\
            && echo "3a7bd3e2360a3d29eea436fcfb7e44c735d117c42d1c1835420b6b9942dd4f1b  install.sh" | sha256sum -c - \\
            && sh install.sh
        RUN wget https://tool.example.com/get.py https://tool.example.com/get.py.asc \\
            && gpg --verify get.py.asc get.py && python3 get.py
      `,
    },
    {
      title: 'Downloads that are read as data',
      in: 'dockerfile',
      good: `
        FROM debian:13
        RUN curl -s https://tool.example.com/key.asc | gpg --dearmor -o /usr/share/keyrings/tool.gpg
        RUN curl -s https://api.example.com/latest | python3 -m json.tool && curl -s https://api.example.com/v | python3 -c "import sys; print(sys.stdin.read())"
        RUN wget -qO- https://tool.example.com/tool.tar.gz | tar xz && VERSION="$(curl -s https://tool.example.com/VERSION)" && echo "$VERSION"
        RUN curl -s https://api.example.com/list | sh -c 'while read -r line; do echo "$line"; done'
        RUN curl -s https://api.example.com/list | perl -ne 'print if /x/'
      `,
    },
    {
      title: 'From this machine, saved only, or only asked for its version',
      in: 'dockerfile',
      good: `
        FROM debian:13
        RUN curl -s http://localhost:8080/setup.sh | sh
        RUN curl -fsSLo /usr/local/bin/tool https://tool.example.com/tool && chmod +x /usr/local/bin/tool && /usr/local/bin/tool --version
        # curl https://tool.example.com/install.sh | sh
      `,
    },
  ],
});

type Found = Finding<'piped' | 'saved', 'checkFirst' | 'insertCheck', 'downloaded'>;

function report(document: DockerfileDocument, body: CommandBody, executed: ExecutedDownload): Found {
  const { download, by, how } = executed;
  const host = hostOf(download.urls[0]?.value ?? '');
  if (how === 'file') {
    const { file = '' } = executed;
    const edit = insertCheck(document, body, by, file);
    return {
      message: 'saved',
      data: { file, host },
      range: by.range,
      related: [{ range: download.command.range, label: 'downloaded' }],
      fixes: edit ? [{ title: 'insertCheck', applicability: 'manual', edits: [edit] }] : [],
    };
  }
  const { start, end } = download.command.range;
  const range = { start: Math.min(start, by.range.start), end: Math.max(end, by.range.end) };
  const edit = checkFirst(document, body, executed);
  return {
    message: 'piped',
    data: { program: by.name || 'the shell', host },
    range,
    fixes: edit ? [{ title: 'checkFirst', applicability: 'manual', edits: [edit] }] : [],
  };
}

function hostOf(url: string): string {
  const host = /^[a-z]+:\/\/([^/?#\s]+)/i.exec(url)?.[1] ?? url.split('/')[0] ?? '';
  return host === '' || host.length > 60 ? 'the server' : host;
}
