import type { Ecosystem } from './ecosystem.js';
import { javaPlan } from './java.js';
import { joinPath, optionIn, type Work } from './reading.js';

/** Java without a build tool: javac into a folder of its own. */
export const plainJava: Ecosystem = {
  name: 'Java',
  builds: ({ work }) => work.some(isBuild),
  plan: (reading) =>
    javaPlan(reading, { isBuild, results: '.', archive: () => undefined, hint: '`javac -d /classes`' }),
};

function isBuild({ command, words, folder }: Work): boolean {
  const into = optionIn(words, '-d');
  return command.name === 'javac' && (into === undefined || joinPath(folder, into) !== undefined);
}
