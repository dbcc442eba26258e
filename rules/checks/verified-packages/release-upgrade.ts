import { defineRule } from '../../core/rule.js';
import { everyInstruction } from '../../dockerfile/queries.js';

export default defineRule({
  id: 'release-upgrade',
  severity: 'info',
  profile: 'strict',
  summary: 'A build must not upgrade the release of its base image.',
  why: `
    \`dist-upgrade\`, \`full-upgrade\`, \`zypper dup\` and \`do-release-upgrade\` may remove packages and replace what belongs together. What
    the image is then no longer follows from its FROM line: scanners and people who read the tag judge another system than the one that
    runs, and two builds differ by whatever the mirror had that day.

    Build on the tag of the release you want. Plain upgrades (\`apt-get upgrade\`, \`apk upgrade\`, \`dnf upgrade\`) bring patches and are
    not reported.
  `,
  references: [
    'https://manpages.debian.org/stable/apt/apt-get.8.en.html',
    'https://docs.docker.com/build/building/best-practices/#rebuild-your-images-often',
  ],
  standards: { nist: ['4.1.1'] },
  equivalents: {},
  messages: {
    upgrade:
      '{command} may remove packages of the base image, so its tag no longer tells what runs. Build on a newer tag.',
  },

  check: {
    dockerfile(document) {
      // Most files name none of these programs, and looking at every command costs more.
      if (!/upgrade|\bdup\b/.test(document.text)) return [];
      return everyInstruction(document).flatMap((instruction) => {
        if (instruction.keyword !== 'RUN') return [];
        const upgrades = instruction.facts.installs
          .filter(
            ({ manager, verb, packages }) =>
              packages.length === 0 &&
              ((manager === 'apt' && /^(?:dist|full)-upgrade$/.test(verb)) ||
                (manager === 'zypper' && /^(?:dup|dist-upgrade)$/.test(verb))),
          )
          .map(({ command, verb }) => ({ command: `${command.name} ${verb}`, range: command.range }));
        const programs = instruction.script.commands
          .filter((it) => it.name === 'do-release-upgrade')
          .map(({ name, range }) => ({ command: name, range }));
        return [...upgrades, ...programs].map(({ command, range }) => ({
          message: 'upgrade' as const,
          data: { command },
          range,
        }));
      });
    },
  },

  examples: [
    {
      title: 'The whole release',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        RUN apt-get update && «apt-get -y dist-upgrade»
        FROM ubuntu:24.04
        RUN «do-release-upgrade -f DistUpgradeViewNonInteractive»
        FROM opensuse/leap:16.0
        RUN «zypper --non-interactive dup»
      `,
      expect: ['upgrade', 'upgrade', 'upgrade'],
      fixed: null,
    },
    {
      title: 'Patches',
      in: 'dockerfile',
      good: `
        FROM debian:13
        RUN apt-get update && apt-get -y upgrade && echo "no dist-upgrade"
        FROM alpine:3.24
        RUN apk upgrade --no-cache
      `,
    },
  ],
});
