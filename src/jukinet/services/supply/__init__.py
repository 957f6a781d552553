"""Supply of identity-verification information (本人確認情報の提供, Act Art. 30-7)."""
