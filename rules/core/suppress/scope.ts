import { type Place, placeFrom, placesAt, placesOf } from '../places.js';
import type { Document, RegisteredRule } from '../rule.js';
import { type Comment, lineStarts, positionAt, type Range } from '../text.js';

/** Findings of `rules` that start in `scope` are not shown. */
export interface Suppression {
  readonly rules: ReadonlySet<string> | 'all';
  readonly scope: Range;
}

/** A file as suppression comments speak of it. */
export interface Scopes {
  readonly document: Document;
  readonly places: readonly Place[];
  readonly file: Range;
  /** The whole lines from `first` to `last`, counted from 0. */
  readonly lines: (first: number, last?: number) => Range;
  readonly lineAt: (offset: number) => number;
  /** The next instruction, or the next key or list item with its value; inside a continued instruction that one. */
  readonly below: (comment: Comment) => Range | undefined;
  /** The instruction or key that starts on the line after the comment's. */
  readonly onNextLine: (comment: Comment) => Range | undefined;
  /** What starts on the comment's own line, with its value. */
  readonly besides: (comment: Comment) => Range;
  /** The stage of a Dockerfile that starts on the line after the comment's. */
  readonly stageOnNextLine: (comment: Comment) => Range | undefined;
  /** The last of the comments that stand line by line below this one. */
  readonly lastOfStack: (comment: Comment) => Comment;
  /** Nothing but comments and directives stands before it. */
  readonly isLeading: (comment: Comment) => boolean;
}

export function scopesOf(document: Document): Scopes {
  const places = placesOf(document);
  const starts = lineStarts(document.text);
  const lineAt = (offset: number): number => positionAt(starts, offset).line;
  const lines = (first: number, last = first): Range => ({
    start: starts[first] ?? document.text.length,
    end: starts[last + 1] ?? document.text.length + 1,
  });
  let stacks: ReadonlyMap<Comment, Comment> | undefined;
  const onLine = (line: number): Range | undefined => {
    const place = placeFrom(places, lines(line).start);
    return place && lineAt(place.start) === line ? place : undefined;
  };
  return {
    document,
    places,
    // A finding may stand behind the last character.
    file: { start: 0, end: document.text.length + 1 },
    lines,
    lineAt,
    below: (comment) => around(document, places, comment) ?? placeFrom(places, comment.range.end),
    onNextLine: (comment) => onLine(lineAt(comment.range.start) + 1),
    besides: (comment) => {
      const line = lines(lineAt(comment.range.start));
      const place = placeFrom(places, line.start);
      return place && place.start < line.end ? { start: line.start, end: Math.max(line.end, place.end) } : line;
    },
    stageOnNextLine: (comment) => {
      if (document.kind !== 'dockerfile') return undefined;
      const line = lineAt(comment.range.start) + 1;
      const stage = document.stages.find((it) => lineAt(it.from.range.start) === line);
      const last = stage?.instructions.at(-1) ?? stage?.from;
      return stage && last ? { start: stage.from.range.start, end: last.range.end } : undefined;
    },
    lastOfStack: (comment) => {
      stacks ??= stacksOf(document.comments, lineAt);
      return stacks.get(comment) ?? comment;
    },
    isLeading: (comment) => comment.range.start < (places[0]?.start ?? Number.POSITIVE_INFINITY),
  };
}

function stacksOf(comments: readonly Comment[], lineAt: (offset: number) => number): ReadonlyMap<Comment, Comment> {
  const stacks = new Map<Comment, Comment>();
  let below: Comment | undefined;
  for (const comment of comments.toReversed()) {
    const isAbove = below && lineAt(comment.range.start) + 1 === lineAt(below.range.start);
    stacks.set(comment, (isAbove && below ? stacks.get(below) : undefined) ?? comment);
    below = comment;
  }
  return stacks;
}

/** The instruction that a comment between its continued lines is part of. */
function around({ kind }: Document, places: readonly Place[], comment: Comment): Range | undefined {
  return kind === 'dockerfile' ? placesAt(places, comment.range.start)[0] : undefined;
}

export function silences({ rules, scope }: Suppression, rule: RegisteredRule, offset: number): boolean {
  return (rules === 'all' || rules.has(rule.id)) && scope.start <= offset && offset < scope.end;
}
