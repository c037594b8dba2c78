package import CoffreStores

extension RetryPace {
  /// As patient as ever, and no time passes.
  package static var hurried: RetryPace {
    let clock = FastClock()
    var pace = RetryPace()
    pace.patienceAtFirst = pace.patience
    pace.time = clock.time()
    return pace
  }
}
