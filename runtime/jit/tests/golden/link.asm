  stp fp, lr, [sp, #-16]!
  mov fp, sp
block0:
  add x0, x3, #240
  ldr x1, [x2, #24]
  ldr x1, [x1]
  subs xzr, x0, x1
  b.hi label8 ; b label1
block1:
  str x3, [x2, #48]
  ldr x1, [x2, #32]
  str x0, [x1]
  b label2
block2:
  ldr x0, [x3]
  and x1, x0, #3
  cbnz x1, label3 ; b label4
block4:
  add x1, x0, #4
  subs xzr, x1, x0
  b.lt label5 ; b label6
block6:
  str x1, [x3]
  movz x0, #0
  str x0, [x2, #4176]
  load_ext_name_far x0, User(userextname0)+0
  ldr x1, [x0]
  return_call_ind x1 new_stack_arg_size:0 x2=x2 x3=x3
block3:
  b label7
block5:
  b label7
block7:
  movz x2, #2
  load_ext_name_far x0, User(userextname1)+0
  ldr x3, [x0, #8]
  ldp fp, lr, [sp], #16
  ret
block8:
  movz x2, #1
  movz x3, #0
  ldp fp, lr, [sp], #16
  ret
