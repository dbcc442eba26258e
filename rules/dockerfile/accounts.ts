import { officialName } from '../images/official.js';
import { userOf } from '../images/users.js';
import type { ShellCommand } from '../shell/model.js';
import { lastValue, type OptionStyle, readArguments } from '../shell/options.js';
import type { DockerfileDocument, Stage } from './model.js';
import { chainOf, expandAt, instructionsOf } from './queries.js';

/** The number of an account of the image: given where a RUN creates it, or known of the base image. */
export function userIdOf(document: DockerfileDocument, stage: Stage, name: string): string | undefined {
  return createdId(document, stage, name, USER_TOOLS) ?? baseId(stage, name);
}

/** The number of a group that a RUN creates. */
export function groupIdOf(document: DockerfileDocument, stage: Stage, name: string): string | undefined {
  return createdId(document, stage, name, GROUP_TOOLS);
}

interface AccountTool {
  readonly style: OptionStyle;
  readonly id: readonly [short: string, long: string];
}

const values = (text: string): OptionStyle => ({ values: new Set(text.split(' ')) });

/** useradd(8) and groupadd(8); adduser and addgroup of Debian and BusyBox. */
const USER_TOOLS: Readonly<Record<string, AccountTool | undefined>> = {
  useradd: {
    style: values(
      '-b -c -d -e -f -g -G -k -K -p -s -u -R -P -Z --base-dir --comment --home-dir --home --expiredate --inactive --gid ' +
        '--groups --skel --key --password --shell --uid --root --prefix --selinux-user',
    ),
    id: ['-u', '--uid'],
  },
  adduser: {
    style: values('-h -g -s -G -u -k --home --shell --uid --gid --ingroup --gecos --comment --conf'),
    id: ['-u', '--uid'],
  },
};
const GROUP_TOOLS: Readonly<Record<string, AccountTool | undefined>> = {
  groupadd: { style: values('-g -K -p -R -P -U --gid --key --password --root --prefix --users'), id: ['-g', '--gid'] },
  addgroup: { style: values('-g --gid --conf'), id: ['-g', '--gid'] },
};

function createdId(
  document: DockerfileDocument,
  stage: Stage,
  name: string,
  tools: Readonly<Record<string, AccountTool | undefined>>,
): string | undefined {
  const runs = chainOf(stage).flatMap((it) => instructionsOf(it.instructions, 'RUN'));
  const ids = runs.flatMap(({ script, range }) => {
    const expanded = (text: string): string =>
      text.includes('$') ? expandAt(document, text, range.start).value : text;
    return script.commands.flatMap((command) => idGiven(command, tools[command.name], name, expanded));
  });
  const [id] = ids;
  // Two branches that give different numbers: nobody knows which.
  return id !== undefined && /^\d{1,10}$/.test(id) && ids.every((it) => it === id) ? id : undefined;
}

/** The number that the command gives the account; empty when it gives none. */
function idGiven(
  { words }: ShellCommand,
  tool: AccountTool | undefined,
  name: string,
  expanded: (text: string) => string,
): readonly string[] {
  if (!tool) return [];
  const { options, operands } = readArguments(words.slice(1), tool.style);
  if (expanded(operands[0]?.value ?? '') !== name) return [];
  return [expanded(lastValue(options, ...tool.id)?.value ?? '')];
}

/** Families of distributions whose nobody is not 65534 in every release, or where nobody has looked. */
const OTHER_NOBODY =
  /^(?:centos|fedora|almalinux|rockylinux|oraclelinux|amazonlinux|archlinux|photon|mageia|alt|clearlinux)$/;

function baseId(stage: Stage, name: string): string | undefined {
  const image = stage.rootImage;
  if (!image) return undefined;
  const known = userOf(image);
  if (known.id !== undefined && (known.runsAs === name || known.offers === name)) return known.id;
  const official = officialName(image);
  return name === 'nobody' && official !== undefined && !OTHER_NOBODY.test(official) ? '65534' : undefined;
}
