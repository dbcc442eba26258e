import { explain, help, listRules } from './about.js';
import { parse } from './args.js';
import { check } from './check.js';
import { fix } from './fix.js';
import { EXIT, type Io } from './io.js';
import { createSession, sayWrong } from './session.js';
import { version } from './version.js';

/** The whole program for the arguments behind its name. Returns the exit code; never throws what a user could cause. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const args = parse(argv);
  if ('wrong' in args) {
    const session = createSession({ quiet: false, ...localeIn(argv) }, io);
    io.stderr.write(`${sayWrong(args.wrong, session.say)}\n`);
    return EXIT.failed;
  }
  const session = createSession(args, io);
  if (args.command === 'check') return check(args, session);
  if (args.command === 'fix') return fix(args, session);
  if (args.command === 'explain') return explain(args, session);
  if (args.command === 'rules') return listRules(args, session);
  if (args.command === 'help') return help(session);
  io.stdout.write(`${version(io.home)}\n`);
  return EXIT.clean;
}

/** What is wrong with the arguments is said in the language they ask for. */
function localeIn(argv: readonly string[]): { readonly locale?: string } {
  const index = argv.findIndex((it) => it === '--locale' || it.startsWith('--locale='));
  const locale = argv[index]?.split('=')[1] ?? argv[index + 1];
  return index < 0 || locale === undefined ? {} : { locale };
}
