import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createProgress } from '../../cli/progress.js';

function terminal(isTerminal: boolean) {
  const written: string[] = [];
  return {
    written,
    output: { write: (it: string) => void written.push(it), drained: async () => undefined, isTerminal },
  };
}

describe('progress', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('is shown after a second, ten times a second at most, and taken away', () => {
    const { written, output } = terminal(true);
    const progress = createProgress(output, true);
    for (let step = 0; step < 130; step++) {
      progress.show(() => `step ${step}`);
      vi.advanceTimersByTime(10);
    }
    progress.clear();
    progress.clear();
    expect(written).toEqual(['\r\u001b[2Kstep 100', '\r\u001b[2Kstep 110', '\r\u001b[2Kstep 120', '\r\u001b[2K']);
  });

  it.each([
    ['a file', false, true],
    ['one who wants quiet', true, false],
  ])('is not shown to %s', (_, isTerminal, enabled) => {
    const { written, output } = terminal(isTerminal);
    const progress = createProgress(output, enabled);
    vi.advanceTimersByTime(5000);
    progress.show(() => 'step');
    progress.clear();
    expect(written).toEqual([]);
  });
});
