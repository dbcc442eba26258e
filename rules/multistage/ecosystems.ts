import { c } from './c.js';
import { dotnet } from './dotnet.js';
import type { Ecosystem } from './ecosystem.js';
import { go } from './go.js';
import { gradle } from './java-gradle.js';
import { maven } from './java-maven.js';
import { plainJava } from './java-plain.js';
import { node } from './node.js';
import { php } from './php.js';
import { python } from './python.js';
import { ruby } from './ruby.js';
import { rust } from './rust.js';
import { sources } from './sources.js';

/** Every way to build that can be cut in two. */
export const ECOSYSTEMS: readonly Ecosystem[] = [
  go,
  rust,
  maven,
  gradle,
  plainJava,
  dotnet,
  node,
  python,
  php,
  ruby,
  c,
  sources,
];
