/** Why no second stage is proposed, told at the place that decided. */
export const REFUSALS = {
  result: 'Where {command} leaves its result is not told, so there is no rewrite. Name it, as in {hint}.',
  start: 'Nothing tells which program is started, so there is no rewrite. Add {hint}.',
  startsBuild:
    '{command} needs the build tools when the container starts, so there is no rewrite. Start the result instead.',
  step: 'What {command} leaves in the image cannot be told, so there is no rewrite. Move it below the build.',
  script: 'What {command} calls cannot be told, so there is no rewrite. Start the program itself.',
  base: 'No run-time image is known for {image}, so there is no rewrite. A tag with the version would tell.',
  packages: 'The run-time package of {packages} is not known, so there is no rewrite. Install it by its own name.',
  several: 'Several languages are built here ({commands}), so there is no rewrite. Give each a stage.',
  chain: 'The image is built on another stage of this file, so there is no rewrite. Copy from that stage instead.',
  onbuild: 'ONBUILD belongs to the images that are built on this one, so there is no rewrite.',
} as const;
