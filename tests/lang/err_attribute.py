class Account:
    def __init__(self):
        self.balance = 5


a = Account()
print(a.balance)
print(a.balance + a.blance * 2)
