//! A progress bar where somebody watches: on standard error, if that is a terminal, and nothing anywhere else.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How an import gets on.
pub struct Progress(ProgressBar);

impl Progress {
    /// Shown while standard error is a terminal.
    pub fn on_terminal() -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        let style = ProgressStyle::with_template("{msg:<10} {wide_bar} {human_pos}/{human_len}  {elapsed}");
        Self(style.map_or(bar.clone(), |style| bar.with_style(style)))
    }

    #[cfg(test)]
    pub fn hidden() -> Self {
        Self(ProgressBar::hidden())
    }

    /// The next step begins, of `of` rows; 0 where nothing can be counted.
    pub fn step(&self, name: &'static str, of: usize) {
        self.0.reset();
        self.0.set_length(of as u64);
        self.0.set_message(name);
        self.0.enable_steady_tick(Duration::from_millis(200));
    }

    pub fn tick(&self) {
        self.0.inc(1);
    }

    pub fn ticks(&self, rows: usize) {
        self.0.inc(rows as u64);
    }

    /// Gives the line back to the report.
    pub fn done(&self) {
        self.0.finish_and_clear();
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.done();
    }
}
