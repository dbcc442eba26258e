import { listed, usersOf } from './compiled.js';
import { listContext, readContext } from './context.js';
import type { Ecosystem } from './ecosystem.js';
import { copiesBeside, fetchedArtefacts, interpretation, scriptRefusal, settingLines } from './interpreted.js';
import { runPackages } from './packages.js';
import { isRefusal, type Plan, type Refusal, type RunBase } from './plan.js';
import { basename, isInside, joinPath, optionIn, type Reading, shownCommand, type Work } from './reading.js';

export const dotnet: Ecosystem = {
  name: '.NET',
  builds: ({ work }) => work.some(isBuild),
  plan: dotnetPlan,
};

function isBuild({ command, words }: Work): boolean {
  return command.name === 'dotnet' && /^(?:build|publish|restore|pack)$/.test(words[1] ?? '');
}

function dotnetPlan(reading: Reading): Plan | Refusal {
  const { stage, start } = reading;
  const { range } = stage.from.image ?? stage.from;
  const base = dotnetBase(reading);
  const hint = '`dotnet publish -o /app/out`';
  if (!base) return { refused: 'base', data: { image: stage.image?.written ?? '' }, range };
  if (!start) return { refused: 'start', data: { hint: '`ENTRYPOINT ["dotnet", "app.dll"]`' }, range };
  const script = scriptRefusal(reading, /\bdotnet (?:run|build|publish|restore|ef|watch|tool)\b/);
  if (script) return script;
  const own = reading.folderAt(undefined);
  const file = start.command.name === 'dotnet' ? joinPath(own, start.words[1] ?? '') : start.path;
  if (start.command.name === 'dotnet' && start.words[1]?.endsWith('.dll') !== true)
    return { refused: 'startsBuild', data: { command: shownCommand(start.command) }, range: start.command.range };
  const publish = reading.work.findLast(({ command, words }) => command.name === 'dotnet' && words[1] === 'publish');
  const result: Refusal = {
    refused: 'result',
    data: { command: publish ? shownCommand(publish.command) : 'dotnet build', hint },
    range: publish?.command.range ?? range,
  };
  const folder = publish && file !== undefined ? outputFolder(publish, file) : undefined;
  if (!publish || folder === undefined) return result;
  const folders = [...new Set([publish.folder, folder, ...reading.work.map((it) => it.folder)])].flatMap((it) =>
    it === undefined || it === '/' ? [] : [it],
  );
  const steps = interpretation(reading, { folders, isOwn: isBuild });
  if (isRefusal(steps)) return steps;
  const packages = runPackages(reading, base, { links: false, language: true });
  if (isRefusal(packages)) return packages;
  return {
    base,
    artefacts: [{ from: folder, folder: true }, ...fetchedArtefacts(steps, [{ from: folder, folder: true }])],
    last: steps.last,
    repeated: [
      ...packages.whole,
      ...steps.moved,
      ...copiesBeside(reading, steps, folders),
      ...usersOf(reading, steps.last),
    ],
    dropped: steps.moved,
    packages: packages.packages,
    added: settingLines(steps, []),
    buildVariables: /^(?:NUGET_\w+|DOTNET_(?:CLI_\w+|SKIP_\w+|NOLOGO|USE_POLLING\w*)|BUILD_CONFIGURATION|PATH)$/,
    ships: listed([basename(folder)]),
  };
}

/** `-o` or, without it, the folder `publish` that the started file lies in. */
function outputFolder({ words, folder }: Work, file: string): string | undefined {
  const written = optionIn(words, '-o', '--output');
  if (written !== undefined) {
    const path = joinPath(folder, written);
    return path !== undefined && path !== '/' && isInside(path, file) ? path : undefined;
  }
  const parent = file.slice(0, file.lastIndexOf('/'));
  return folder !== undefined && isInside(folder, parent) && /\/bin\/Release\/.*publish$/.test(parent)
    ? parent
    : undefined;
}

/** The same version without the SDK: https://mcr.microsoft.com/catalog?search=dotnet. SDKs count their own patches. */
function dotnetBase(reading: Reading): RunBase | undefined {
  const { stage, tag } = reading;
  const match = /^(mcr\.microsoft\.com\/dotnet\/(?:core\/)?)sdk$/.exec(stage.image?.name ?? '');
  const version = /^(\d+\.\d+)(?:\.\d+)?(?:-(alpine[\d.]*|bookworm-slim|bullseye-slim|noble|jammy|trixie-slim))?$/.exec(
    tag,
  );
  if (!match || !version || stage.image?.digest) return undefined;
  const [, number = '', system] = version;
  const kind = needsOnlyRuntime(reading) ? 'runtime' : 'aspnet';
  const packages = system?.startsWith('alpine') ? 'apk' : 'apt';
  return {
    image: `${match[1] ?? ''}${kind}:${number}${system === undefined ? '' : `-${system}`}`,
    packages,
    shell: true,
  };
}

/** The project files of the context say which framework is used; the one for the web holds the other. */
function needsOnlyRuntime(reading: Reading): boolean {
  const texts: string[] = [];
  for (const { name, type } of listContext(reading, '') ?? []) {
    if (type === 'file' && name.endsWith('.csproj')) texts.push(readContext(reading, name) ?? '');
    if (type === 'folder')
      for (const inner of listContext(reading, name) ?? [])
        if (inner.name.endsWith('.csproj')) texts.push(readContext(reading, `${name}/${inner.name}`) ?? '');
  }
  return (
    texts.length > 0 && texts.every((it) => /Sdk="Microsoft\.NET\.Sdk"/.test(it) && !/Microsoft\.AspNetCore/.test(it))
  );
}
