"""Looking back: explain a case, prove the engine against worked examples."""
