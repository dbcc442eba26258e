import type { Project } from '../core/project.js';
import type { DockerfileDocument } from '../dockerfile/model.js';
import { joinPath } from './build-links.js';
import type { ContextEntry, ContextFiles } from './context-files.js';

/** Folders that no image should get: the history of the project, and what tools have downloaded for this machine. */
const BALLAST = new Set('.git .hg .svn node_modules bower_components .venv venv .terraform'.split(' '));

/** What else a new ignore file may as well name, where it is there. */
const NEEDLESS =
  /^(?:\.github|\.gitlab|\.gitlab-ci\.yml|\.circleci|\.vscode|\.idea|\.devcontainer|\.DS_Store|__pycache__|\.pytest_cache|\.mypy_cache|\.tox|\.gradle|\.cache|coverage|(?:docker-)?compose.*\.ya?ml|Dockerfile.*)$/;

/** Folders of the context that do not belong into the image and that nothing in the Dockerfile needs. */
export function ballastOf(
  document: DockerfileDocument,
  project: Project,
  files: ContextFiles,
): readonly ContextEntry[] {
  return files.entries.filter(({ path, isFolder }) => {
    const name = nameOf(path);
    return isFolder && BALLAST.has(name) && !isNeeded(name, document, project, files);
  });
}

/** The lines of an ignore file that fits the context. */
export function ignoreLines(document: DockerfileDocument, project: Project, files: ContextFiles): readonly string[] {
  const ballast = ballastOf(document, project, files).map(({ path }) => {
    const name = nameOf(path);
    return name === path && /^\.(?:git|hg|svn)$/.test(name) ? name : `**/${name}`;
  });
  const top = (project.list(files.folder) ?? [])
    .map((it) => it.name)
    .filter((it) => NEEDLESS.test(it) && !document.text.includes(it));
  return [...new Set([...ballast, ...top])];
}

function isNeeded(name: string, { text }: DockerfileDocument, project: Project, { folder }: ContextFiles): boolean {
  switch (name) {
    case '.git':
      return (
        /\bgit\s+(?:-\S+\s+\S+\s+)?(?:describe|rev-parse|log|show|submodule|status|config|ls-files)\b|\.git\b(?!hub|lab|ignore|attributes)/.test(
          text.replace(/https?:\/\/\S+|git@\S+/g, ''),
        ) || isVersionedByGit(project, folder)
      );
    case 'node_modules':
    case 'bower_components':
      // Without an installation the folder of the machine is what the image runs with.
      return !/\b(?:npm|yarn|pnpm|bun|bower|corepack)\b/.test(text) || text.includes(name);
    case '.venv':
    case 'venv':
      return !/\b(?:pip|uv|poetry|pipenv|pdm|hatch)\b/.test(text) || /(?:^|\s)(?:\.\/)?\.?venv\/bin/.test(text);
    default:
      return text.includes(name);
  }
}

/** Tools that read the version of a package from the history while it is built. */
function isVersionedByGit(project: Project, folder: string): boolean {
  return ['pyproject.toml', 'setup.py', 'setup.cfg', 'build.gradle', 'build.gradle.kts', 'pom.xml'].some((it) =>
    /setuptools[_-]scm|versioneer|versioningit|hatch-vcs|dynamic-versioning|pbr\b|gitversion|git-version|git-commit-id|axion-release|nebula\.release/i.test(
      project.read(joinPath(folder, it)) ?? '',
    ),
  );
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
