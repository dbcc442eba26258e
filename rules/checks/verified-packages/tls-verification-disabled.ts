import type { ComposeDocument, ComposeService } from '../../compose/model.js';
import { environmentOf, scriptOf } from '../../compose/queries.js';
import { placeIn } from '../../compose/service.js';
import { deleteLines, type Edit } from '../../core/edit.js';
import type { Finding, Fix } from '../../core/finding.js';
import { defineRule } from '../../core/rule.js';
import { contains, type Range } from '../../core/text.js';
import type { ArgInstruction, DockerfileDocument, EnvInstruction } from '../../dockerfile/model.js';
import { everyInstruction, expandAt } from '../../dockerfile/queries.js';
import { removeWords } from '../../shell/edit.js';
import { checksIntegrity } from '../../shell/integrity.js';
import type { FileWrite, ShellCommand, ShellScript } from '../../shell/model.js';
import {
  maySkip,
  type SkippedVerification,
  skippedVerifications,
  skippingSetting,
  skippingVariable,
} from '../../shell/tls.js';

export default defineRule({
  id: 'tls-verification-disabled',
  severity: 'error',
  summary: 'Certificates must be checked when something is fetched.',
  why: `
    TLS protects a download only when the client looks at the certificate. With \`curl -k\`, \`--no-check-certificate\`, \`--trusted-host\`,
    \`strict-ssl false\` or \`NODE_TLS_REJECT_UNAUTHORIZED=0\` it talks to whoever answers: somebody in the same network, a proxy, or a changed
    DNS entry can hand over a package, a repository or a script of their own, and the build runs it as root. Passwords and tokens
    that are sent along are theirs as well.

    A variable in ENV or a setting in a configuration file stays in the image, so the program that runs there later trusts everybody, too.

    The option usually hides that a company's own certificate authority is unknown to the image. Copy its certificate and make it known:
    \`update-ca-certificates\`, \`update-ca-trust\`, \`NODE_EXTRA_CA_CERTS\`, \`PIP_CERT\`, \`GIT_SSL_CAINFO\`. Addresses of this machine, health
    checks, and downloads whose checksum or signature the same step verifies are left alone.
  `,
  fixSafety: `
    If the server's certificate is not valid for the image, the build now stops at that line. Add the certificate of the authority that
    signed it first.
  `,
  references: [
    'https://curl.se/docs/sslcerts.html',
    'https://nodejs.org/api/cli.html#node_extra_ca_certsfile',
    'https://pip.pypa.io/en/stable/topics/https-certificates/',
  ],
  standards: { nist: ['4.1.5', '4.2.1'], owasp: ['RULE #13'], cwe: ['CWE-295'] },
  equivalents: {
    checkov: [
      'CKV2_DOCKER_2',
      'CKV2_DOCKER_3',
      'CKV2_DOCKER_4',
      'CKV2_DOCKER_5',
      'CKV2_DOCKER_6',
      'CKV2_DOCKER_12',
      'CKV2_DOCKER_13',
      'CKV2_DOCKER_14',
      'CKV2_DOCKER_15',
      'CKV2_DOCKER_16',
    ],
  },
  messages: {
    option: "{tool} {option} accepts any certificate, so others can swap what is fetched. Add the server's CA instead.",
    variable:
      "{option} makes programs accept any certificate, so others can swap what is fetched. Add the server's CA.",
    setting: "{setting} in {path} accepts any certificate, so others can swap what is fetched. Add the server's CA.",
  },
  titles: {
    removeOption: 'Remove {option}',
    checkAgain: 'Check certificates again',
  },

  check: {
    dockerfile(document) {
      if (!mayMatter(document.text)) return [];
      return everyInstruction(document).flatMap((instruction) => {
        switch (instruction.keyword) {
          case 'RUN':
            return [
              ...inScript(document.text, instruction.script),
              ...inWrites(document.text, instruction.facts.writes),
            ];
          case 'CMD':
          case 'ENTRYPOINT':
            return inScript(document.text, instruction.script);
          case 'ENV':
          case 'ARG':
            return inVariables(document, instruction);
          case 'COPY':
          case 'ADD':
            return instruction.heredocs.flatMap(({ name, contentRange }) =>
              inFile(document.text, fileName(instruction.destination?.value ?? '', name), contentRange),
            );
          default:
            return [];
        }
      });
    },
    compose(document) {
      if (!mayMatter(document.text)) return [];
      return document.services.flatMap((service) => [
        ...inCommand(document, service, 'command'),
        ...inCommand(document, service, 'entrypoint'),
        ...inEnvironment(document, service),
      ]);
    },
  },

  examples: [
    {
      title: 'A callback of PowerShell that accepts everything',
      in: 'dockerfile',
      bad: `
        FROM mcr.microsoft.com/windows/servercore:ltsc2025
        SHELL ["powershell", "-Command"]
        RUN «[Net.ServicePointManager]::ServerCertificateValidationCallback = {$true}»; Invoke-WebRequest https://data.example.com/a.csv -OutFile a.csv
      `,
      expect: ['variable'],
      fixed: null,
    },
    {
      title: 'curl and wget',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        RUN curl «-fskSL» https://tool.example.com/tool.tar.gz | tar xz
        RUN curl -fsS «--insecure» -o /data.json https://tool.example.com/data.json \\
            && wget «--no-check-certificate» https://tool.example.com/other.json
      `,
      expect: ['option', 'option', 'option'],
      fixed: `
        FROM debian:13
        RUN curl -fsSL https://tool.example.com/tool.tar.gz | tar xz
        RUN curl -fsS -o /data.json https://tool.example.com/data.json \\
            && wget https://tool.example.com/other.json
      `,
    },
    {
      title: 'Package managers and git',
      in: 'dockerfile',
      bad: `
        FROM python:3.14
        RUN pip install «--trusted-host pypi.example.com» -r requirements.txt
        RUN npm config set «strict-ssl false» && git -c «http.sslVerify=false» clone https://git.example.com/tool.git
        RUN dnf install -y «--setopt=sslverify=0» tool
      `,
      expect: ['option', 'option', 'option', 'option'],
      fixed: `
        FROM python:3.14
        RUN pip install -r requirements.txt
        RUN npm config set strict-ssl true && git -c http.sslVerify=true clone https://git.example.com/tool.git
        RUN dnf install -y tool
      `,
    },
    {
      title: 'Variables of the image',
      in: 'dockerfile',
      bad: `
        FROM node:24.4
        ENV «NODE_TLS_REJECT_UNAUTHORIZED=0»
        ENV LANG=C.UTF-8 \\
            «GIT_SSL_NO_VERIFY=true»
        ARG «NPM_CONFIG_STRICT_SSL=false»
        ENV «PIP_TRUSTED_HOST pypi.example.com»
      `,
      expect: ['variable', 'variable', 'variable', 'variable'],
      fixed: `
        FROM node:24.4
        ENV NODE_TLS_REJECT_UNAUTHORIZED=1
        ENV LANG=C.UTF-8
        ARG NPM_CONFIG_STRICT_SSL=true
      `,
    },
    {
      title: 'Variables of one step',
      in: 'dockerfile',
      bad: `
        FROM node:24.4
        RUN «NODE_TLS_REJECT_UNAUTHORIZED=0» npm ci
        RUN «GIT_SSL_NO_VERIFY=1» git clone https://git.example.com/tool.git
        RUN export «PYTHONHTTPSVERIFY=0» && python setup.py install
      `,
      expect: ['variable', 'variable', 'variable'],
      fixed: `
        FROM node:24.4
        RUN NODE_TLS_REJECT_UNAUTHORIZED=1 npm ci
        RUN git clone https://git.example.com/tool.git
        RUN export PYTHONHTTPSVERIFY=1 && python setup.py install
      `,
    },
    {
      title: 'Configuration files that are written or copied',
      in: 'dockerfile',
      bad: `
        FROM rockylinux:9
        RUN echo "«insecure»" >> ~/.curlrc
        RUN printf '[tool]\\nbaseurl=https://packages.example.com/rpm\\n«sslverify=0»\\n' > /etc/yum.repos.d/tool.repo
        COPY <<EOF /root/.npmrc
        registry=https://npm.example.com
        «strict-ssl=false»
        EOF
      `,
      expect: ['setting', 'setting', 'setting'],
      fixed: `
        FROM rockylinux:9
        RUN echo "insecure" >> ~/.curlrc
        RUN printf '[tool]\\nbaseurl=https://packages.example.com/rpm\\nsslverify=1\\n' > /etc/yum.repos.d/tool.repo
        COPY <<EOF /root/.npmrc
        registry=https://npm.example.com
        strict-ssl=true
        EOF
      `,
    },
    {
      title: 'PowerShell',
      in: 'dockerfile',
      bad: `
        # escape=\`
        FROM mcr.microsoft.com/powershell:lts-nanoserver-ltsc2025
        SHELL ["pwsh", "-Command"]
        RUN Invoke-WebRequest https://tool.example.com/tool.zip -OutFile tool.zip «-SkipCertificateCheck»
      `,
      expect: ['option'],
      fixed: `
        # escape=\`
        FROM mcr.microsoft.com/powershell:lts-nanoserver-ltsc2025
        SHELL ["pwsh", "-Command"]
        RUN Invoke-WebRequest https://tool.example.com/tool.zip -OutFile tool.zip
      `,
    },
    {
      title: 'Services',
      in: 'compose',
      bad: `
        services:
          web:
            image: registry.example.com/web:1.4
            environment:
              «NODE_TLS_REJECT_UNAUTHORIZED: "0"»
          job:
            image: registry.example.com/job:1.4
            environment:
              - «PYTHONHTTPSVERIFY=0»
            command: ["curl", "«-k»", "https://api.example.com/run"]
      `,
      expect: ['variable', 'variable', 'option'],
      fixed: `
        services:
          web:
            image: registry.example.com/web:1.4
            environment:
              NODE_TLS_REJECT_UNAUTHORIZED: "1"
          job:
            image: registry.example.com/job:1.4
            environment:
              - PYTHONHTTPSVERIFY=1
            command: ["curl", "https://api.example.com/run"]
      `,
    },
    {
      title: 'The same letters in other places',
      in: 'dockerfile',
      good: `
        FROM debian:13
        RUN curl -K /etc/curl.conf -o kernel -fsSL https://tool.example.com/kernel && tar -k -xf kernel && sort -k 2 list
        RUN echo "never use curl -k or --no-check-certificate" && git config --global http.sslVerify true
        RUN npm config set strict-ssl true && printf 'sslverify=1\\n' >> /etc/yum.conf
        ENV NODE_TLS_REJECT_UNAUTHORIZED=1 MY_GIT_SSL_NO_VERIFY=1
        # curl -k https://tool.example.com
      `,
    },
    {
      title: 'This machine, health checks, and content whose checksum is verified',
      in: 'dockerfile',
      good: `
        FROM debian:13
        RUN curl -k https://localhost:8443/setup
        RUN wget --no-check-certificate -O tool https://tool.example.com/tool \\
            && echo "3a7bd3e2360a3d29eea436fcfb7e44c735d117c42d1c1835420b6b9942dd4f1b  tool" | sha256sum -c -
        RUN pip install --trusted-host localhost --index-url http://localhost:3141/simple tool==1.4
        HEALTHCHECK CMD curl -kf https://app.example.com/health
      `,
    },
    {
      title: 'A service that checks itself',
      in: 'compose',
      good: `
        services:
          web:
            image: registry.example.com/web:1.4
            environment:
              NODE_TLS_REJECT_UNAUTHORIZED: "1"
              GIT_SSL_NO_VERIFY:
            healthcheck:
              test: ["CMD", "curl", "-k", "https://localhost/health"]
      `,
    },
  ],
});

type Title = 'removeOption' | 'checkAgain';
type Found = Finding<'option' | 'variable' | 'setting', Title, never>;

/** Most files hold none of the words, and looking at every command costs more. */
function mayMatter(text: string): boolean {
  return /insecure|certificate|trust|ssl|tls|https_?verify|verify|\bcurl\b|"curl"/i.test(text);
}

function inScript(text: string, script: ShellScript): readonly Found[] {
  if (!maySkip(text.slice(script.range.start, script.range.end))) return [];
  return script.commands.flatMap((command, index) => {
    const assigned = command.assignments.flatMap(({ name, value }): readonly Found[] => {
      if (!value) return [];
      const whole = { start: name.range.start, end: value.range.end };
      return (skippingVariable(name, value, whole) ?? []).map((it) =>
        variable(it, it.edits.length > 0 || command.name === '' ? it.edits : (removeWords(text, [whole]) ?? [])),
      );
    });
    const found = skippedVerifications(text, command).map((it) => option(command, it));
    return [...assigned, ...(found.length > 0 && isVerified(script, command, index) ? [] : found)];
  });
}

/** What a checksum or a signature vouches for may come from anybody. */
function isVerified({ commands }: ShellScript, { name }: ShellCommand, index: number): boolean {
  return /^(?:curl|wget2?|aria2c|invoke-\w+)$/.test(name) && commands.slice(index + 1).some(checksIntegrity);
}

function option(command: ShellCommand, { option: written, range, edits }: SkippedVerification): Found {
  if (command.name === '') return variable({ option: written, range, edits }, edits);
  if (/^[A-Za-z_]+=/.test(written) && /^(?:export|declare|typeset|env|set|setx)$/.test(command.name))
    return variable({ option: written, range, edits }, edits);
  const removes = edits.every((it) => it.text === '');
  return {
    message: 'option',
    data: { tool: command.name, option: written },
    range,
    fixes: removes ? fix('removeOption', edits, written) : fix('checkAgain', edits),
  };
}

function variable({ option: written, range }: SkippedVerification, edits: readonly Edit[]): Found {
  const removes = edits.every((it) => it.text === '');
  return {
    message: 'variable',
    data: { option: written },
    range,
    fixes: removes ? fix('removeOption', edits, written) : fix('checkAgain', edits),
  };
}

function fix(title: Title, edits: readonly Edit[], written?: string): readonly Fix<Title>[] {
  if (edits.length === 0) return [];
  return [{ title, applicability: 'unsafe', edits, ...(written === undefined ? {} : { data: { option: written } }) }];
}

function inVariables(document: DockerfileDocument, instruction: EnvInstruction | ArgInstruction): readonly Found[] {
  return instruction.pairs.flatMap(({ name, value, range }) => {
    if (!value) return [];
    const expanded = expandAt(document, value.value, instruction.range.start);
    if (!expanded.known) return [];
    const found = skippingVariable(name, { value: expanded.value, range: value.range }, range) ?? [];
    return found.map((it) => {
      const gone =
        instruction.pairs.length === 1
          ? [deleteLines(document.text, instruction.range)]
          : (removeWords(document.text, [range]) ?? []);
      const isTrigger = instruction.onbuild && instruction.pairs.length === 1;
      return variable(it, it.edits.length > 0 ? it.edits : isTrigger ? [] : gone);
    });
  });
}

function inWrites(text: string, writes: readonly FileWrite[]): readonly Found[] {
  return writes.flatMap(({ path, content }) => (content ? inFile(text, path.value, content.range) : []));
}

function inFile(text: string, path: string, { start, end }: Range): readonly Found[] {
  const found = skippingSetting(path, text.slice(start, end));
  if (!found) return [];
  const { setting, instead } = found;
  const range = { start: start + found.start, end: start + found.end };
  const edits = instead === undefined ? [] : [{ range, text: instead }];
  return [{ message: 'setting', data: { setting, path }, range, fixes: fix('checkAgain', edits) }];
}

/** A heredoc without a name of its own in the destination becomes a file in that folder. */
function fileName(destination: string, name: string): string {
  return destination.endsWith('/') ? destination + name : destination;
}

function inCommand(
  document: ComposeDocument,
  service: ComposeService,
  key: 'command' | 'entrypoint',
): readonly Found[] {
  const entry = service.get(key);
  const script = entry && scriptOf(service, key);
  if (!entry || !script) return [];
  const inherited = entry.inherited || entry.value.inherited;
  return inScript(document.text, script).map((it) =>
    inherited ? { ...it, range: placeIn(service, { range: it.range, inherited }), fixes: [] } : it,
  );
}

function inEnvironment(document: ComposeDocument, service: ComposeService): readonly Found[] {
  return environmentOf(service).flatMap(({ name, value, range, inherited }) => {
    if (!value?.known) return [];
    const found = skippingVariable(name, value, range) ?? [];
    const whole = service.get('environment')?.range;
    return found.map((it) => {
      const place = placeIn(service, { range, inherited });
      const editable = !inherited && whole !== undefined && contains(whole, range) && document.text !== '';
      return { ...variable(it, editable ? it.edits : []), range: place };
    });
  });
}
